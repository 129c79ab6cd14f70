import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Clock } from "@bentham/core";
import { wordsWithoutEnd } from "../llm/replies.ts";
import { chatAnswerTo } from "./chat-answer-to.ts";
import type { ChatScenario } from "./chat-scenario.ts";
import type { AnswerEvent } from "./page/read-answer.ts";

/** Code points in one part of an answer. */
const PART = 24;

/** How often an endless answer says a word, in milliseconds. */
const WORD_MS = 50;

/** How long status text stands unless it is said, in milliseconds. */
const STATUS_MS = 500;

/** How long a page has to show what came before it breaks or hangs, in milliseconds. */
const BREAK_MS = 200;

/** One question to a chat, and all it takes to answer it. */
export interface ChatScene {
  readonly question: string;
  readonly response: ServerResponse;
  readonly clock: Clock;
  /** Aborts when the client goes, or the server stops. */
  readonly gone: AbortSignal;
  /** Is told all of the text so far, whenever it grows or changes. */
  said(text: string): void;
}

/** Does with a question what its scenario says; rejects with the signal's reason when the client goes before. */
export async function playChatScenario(scenario: ChatScenario, scene: ChatScene): Promise<void> {
  const { response, clock, gone, question } = scene;
  const { delayMs = 0, statusText, statusMs = STATUS_MS } = scenario;
  if (delayMs > 0) await clock.sleep(delayMs, gone);
  if (scenario.kind === "error") return void response.writeHead(scenario.status ?? 500).end();
  if (scenario.kind === "rate-limit") return void response.writeHead(429, { "retry-after": "120" }).end();
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  response.flushHeaders();
  if (statusText !== undefined) {
    await send(scene, { status: statusText });
    await clock.sleep(statusMs, gone);
  }
  switch (scenario.kind) {
    case "answer": {
      if (scenario.sources) await send(scene, { sources: scenario.sources });
      await say(scene, partsOf(scenario.text ?? chatAnswerTo(question)), scenario.chunkDelayMs);
      if (scenario.lateEdit !== undefined) {
        await send(scene, { lateEdit: scenario.lateEdit });
        scene.said(scenario.lateEdit);
      }
      return void response.end("data: [DONE]\n\n");
    }
    case "empty":
      return void response.end("data: [DONE]\n\n");
    case "endless":
      return say(scene, wordsWithoutEnd(), WORD_MS);
    default: {
      if (scenario.kind === "vanish") await send(scene, { vanish: true });
      const parts = partsOf(chatAnswerTo(question));
      await say(scene, parts.slice(0, Math.ceil(parts.length / 2)), scenario.chunkDelayMs);
      if (scenario.kind === "cut" || scenario.kind === "vanish") {
        await clock.sleep(BREAK_MS, gone); // A browser forgets what a page has not read yet of a stream that breaks.
        return void response.destroy();
      }
      if (scenario.kind === "hang") {
        await clock.sleep(BREAK_MS, gone); // So that whoever sent the question sees that it was sent.
        await send(scene, { hang: true });
      }
      await once(gone, "abort");
      gone.throwIfAborted();
    }
  }
}

async function say(scene: ChatScene, parts: Iterable<string>, delayMs = 0): Promise<void> {
  let text = "";
  for (const delta of parts) {
    if (delayMs > 0) await scene.clock.sleep(delayMs, scene.gone);
    await send(scene, { delta });
    scene.said((text += delta));
  }
}

/** Sends an event, and waits until the socket has taken it: what breaks off afterwards does not take it along. */
function send({ response, gone }: ChatScene, event: AnswerEvent): Promise<void> {
  gone.throwIfAborted();
  return new Promise((resolve, reject) => {
    response.write(`data: ${JSON.stringify(event)}\n\n`, (error) => (error ? reject(error) : resolve()));
  });
}

function partsOf(text: string): string[] {
  const characters = Array.from(text);
  const count = Math.ceil(characters.length / PART);
  return Array.from({ length: count }, (_, nth) => characters.slice(nth * PART, (nth + 1) * PART).join(""));
}
