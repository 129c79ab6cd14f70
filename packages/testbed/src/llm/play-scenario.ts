import { once } from "node:events";
import type { OutgoingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { oddBodyOf } from "./odd-body.ts";
import { CHALLENGE_HEADERS, CHALLENGE_PAGE, GATEWAY_PAGE } from "./pages.ts";
import { lettersOf, refusal, replyOf, wordsWithoutEnd } from "./replies.ts";
import { bodyOf, lineOf, longBodyOf } from "./reply-body.ts";
import type { Scene } from "./scene.ts";
import type { RetryAfter, Scenario } from "./scenario.ts";
import { sendHalf, sendHead, sendPieces, sendTrouble, sendWhole } from "./send.ts";
import type { Reply } from "./wire.ts";

/**
 * Does with an ask what its scenario says.
 *
 * @returns whether all of it was done, or the client was gone first.
 */
export async function playScenario(scenario: Scenario, scene: Scene): Promise<"done" | "gone"> {
  const { gone, clock, response } = scene;
  try {
    if (scenario.delayMs) await clock.sleep(scenario.delayMs, gone);
    gone.throwIfAborted();
    await perform(scenario, scene);
    return "done";
  } catch (error) {
    if (gone.aborted || response.destroyed) return "gone";
    throw error;
  }
}

async function perform(scenario: Scenario, scene: Scene): Promise<void> {
  const { wire, ask, response, gone } = scene;
  switch (scenario.kind) {
    case "answer":
      return answer(scene, replyOf(ask.question, scenario.finish, scenario.text), scenario.chunkDelayMs);
    case "refusal":
      return answer(scene, refusal);
    case "empty":
      return answer(scene, { text: "", finish: "stop" });
    case "odd-text":
      return sendPieces(scene, oddBodyOf(scene, scenario.form));
    case "huge":
      return sendPieces(scene, longBodyOf(scene, lettersOf(scenario.megabytes)));
    case "gzip-bomb":
      sendHead(scene, { "content-encoding": "gzip" });
      return pipeline(Readable.from(longBodyOf(scene, lettersOf(scenario.megabytes))), createGzip(), response);
    case "endless":
      return sendPieces(scene, longBodyOf(scene, wordsWithoutEnd()), scenario.chunkDelayMs ?? 1000);

    case "error":
      return sendTrouble(scene, scenario, scenario.headers);
    case "rate-limit":
      setRetryAfter(scene, scenario.retryAfter);
      return sendTrouble(scene, { status: 429 });
    case "quota":
      return sendTrouble(scene, wire.outOfQuota);
    case "region":
      return sendTrouble(scene, wire.wrongRegion);

    case "challenge":
      return sendBare(scene, 403, CHALLENGE_HEADERS, CHALLENGE_PAGE);
    case "malformed":
      return sendMalformed(scene, scenario.form);
    case "raw":
      return sendBare(
        scene,
        scenario.status ?? 200,
        { "content-type": scenario.type, ...scenario.headers },
        scenario.body,
      );
    case "stall":
      if (scenario.after === "head") sendHead(scene);
      if (scenario.after === "half") await sendHalf(scene, usualBodyOf(scene), ask.stream);
      await once(gone, "abort");
      return gone.throwIfAborted();
    case "cut":
      if (scenario.after === "half") {
        await sendHalf(scene, usualBodyOf(scene), ask.stream || scenario.how === "close");
      }
      return scenario.how === "close" ? response.socket?.destroySoon() : scene.reset();
    case "short":
      await sendHalf(scene, usualBodyOf(scene), true);
      return void response.end();
  }
}

async function answer(scene: Scene, reply: Reply, chunkDelayMs?: number): Promise<void> {
  const body = bodyOf(scene, reply);
  if (scene.ask.stream) return sendPieces(scene, body, chunkDelayMs);
  sendWhole(scene, 200, [...body].join(""));
}

function usualBodyOf(scene: Scene): Iterable<string> {
  return bodyOf(scene, replyOf(scene.ask.question));
}

/** Sends what the vendor knows nothing of. */
function sendBare({ response }: Scene, status: number, headers: OutgoingHttpHeaders, body: string): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

async function sendMalformed(scene: Scene, form: "json" | "shape" | "nothing" | "html"): Promise<void> {
  switch (form) {
    case "json": {
      if (!scene.ask.stream) return sendWhole(scene, 200, '{"id": "broken", "choices": [{"message": ');
      const events = [...usualBodyOf(scene)];
      events.splice(events.length / 2, 1, 'data: {"id": "broken", \n\n');
      return sendPieces(scene, events);
    }
    case "shape":
      if (scene.ask.stream) return sendPieces(scene, [lineOf({ data: { hello: 1 } })]);
      return sendWhole(scene, 200, '{"hello": 1}');
    case "nothing":
      return sendWhole(scene, 200, "");
    case "html":
      return sendBare(scene, 200, { "content-type": "text/html" }, GATEWAY_PAGE);
  }
}

/** HTTP dates have no fractions of a second: the answer's own `Date` is cut to the second that the wait counts from. */
function setRetryAfter({ response, stamp }: Scene, retryAfter: RetryAfter | readonly RetryAfter[] = []): void {
  const sent = Math.floor(stamp.now / 1000) * 1000;
  const values = [retryAfter].flat().map((value) => (typeof value === "string" ? value : httpDate(sent + value.inMs)));
  response.setHeader("date", httpDate(sent));
  if (values.length > 0) response.setHeader("retry-after", values);
}

function httpDate(time: number): string {
  return new Date(time).toUTCString();
}
