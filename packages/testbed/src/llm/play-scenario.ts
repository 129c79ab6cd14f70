import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { systemClock } from "@bentham/core";
import { sendJson } from "./send-json.ts";
import type { Scenario } from "./scenario.ts";
import type { Wire, WireAsk, WireEvent } from "./wire.ts";

/** One ask that is to be answered. */
export interface Scene {
  readonly wire: Wire;
  readonly ask: WireAsk;
  readonly id: string;
  /** What a good answer says. */
  readonly text: string;
  readonly response: ServerResponse;
}

/** Does with an ask what its scenario says. Ends early when the client goes. */
export async function playScenario(scenario: Scenario, scene: Scene): Promise<void> {
  const { wire, ask, id, response } = scene;
  switch (scenario.kind) {
    case "answer":
      return answer(scene, scenario.text ?? scene.text, scenario.delayMs ?? 0, scenario.chunkDelayMs ?? 0);
    case "refusal":
      return sendJson(response, 200, wire.refusal(ask, "I'm sorry, but I can't help with that.", id), id);
    case "empty":
      return sendJson(response, 200, wire.answer(ask, "", id), id);
    case "error": {
      for (const [name, value] of Object.entries(scenario.headers ?? {})) response.setHeader(name, value);
      const { status, code = `status_${status}` } = scenario;
      return sendJson(response, status, wire.error(status, code, `This is a planned ${status}.`), id);
    }
    case "rate-limit":
      if (scenario.retryAfter !== undefined) response.setHeader("retry-after", scenario.retryAfter);
      return sendJson(response, 429, wire.error(429, "rate_limit_exceeded", "Rate limit reached."), id);
    case "raw":
      response.writeHead(scenario.status ?? 200, { "content-type": scenario.type, ...scenario.headers });
      return void response.end(scenario.body);
    case "stall":
      if (scenario.after === "half") sendHalf(scene);
      return untilClientGoes(response);
    case "cut":
      if (scenario.after === "half") {
        sendHalf(scene);
        await flushed(response);
      }
      // The peer sees ECONNRESET, not an end.
      return void response.socket?.resetAndDestroy();
  }
}

async function answer(scene: Scene, text: string, delayMs: number, chunkDelayMs: number): Promise<void> {
  const { wire, ask, id, response } = scene;
  if (!(await waited(response, delayMs))) return;
  if (!ask.stream) return sendJson(response, 200, wire.answer(ask, text, id), id);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const event of wire.stream(ask, chunksOf(text), id)) {
    if (!(await waited(response, chunkDelayMs))) return;
    response.write(lineOf(event));
  }
  response.end();
}

function lineOf({ event, data }: WireEvent): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

function chunksOf(text: string): string[] {
  return text.match(/[^]{1,24}/gu) ?? [];
}

/** The head and half of the body of an answer that claims to be whole. */
function sendHalf({ wire, ask, id, text, response }: Scene): void {
  const body = Buffer.from(JSON.stringify(wire.answer(ask, text, id)));
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)));
}

async function flushed(response: ServerResponse): Promise<void> {
  if (response.writableNeedDrain) await once(response, "drain");
  await systemClock.sleep(20); // For the half to arrive before the reset, which overtakes what is still in the socket.
}

/** Waits, and tells whether the client is still there. */
async function waited(response: ServerResponse, ms: number): Promise<boolean> {
  if (ms <= 0) return !response.destroyed;
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once("close", leave);
  try {
    await systemClock.sleep(ms, gone.signal);
    return !response.destroyed;
  } catch {
    return false; // The client went.
  } finally {
    response.off("close", leave);
  }
}

async function untilClientGoes(response: ServerResponse): Promise<void> {
  if (!response.destroyed) await once(response, "close");
}
