import { once } from "node:events";
import type { OutgoingHttpHeaders } from "node:http";
import type { Scene } from "./scene.ts";
import type { Trouble } from "./wire.ts";

/** What it takes to answer before the question is known. */
type Stage = Pick<Scene, "wire" | "stamp" | "response">;

const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream; charset=utf-8";

/** Sends a body that is there as a whole, with the vendor's headers. */
export function sendWhole(stage: Stage, status: number, body: string, headers: OutgoingHttpHeaders = {}): void {
  const { wire, stamp, response } = stage;
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    "content-type": JSON_TYPE,
    "content-length": bytes.length,
    ...wire.headers(stamp, status === 429),
    ...headers,
  });
  response.end(bytes);
}

/** Sends an error in the vendor's own form. */
export function sendTrouble(stage: Stage, trouble: Trouble, headers?: OutgoingHttpHeaders): void {
  sendWhole(stage, trouble.status, JSON.stringify(stage.wire.error(trouble, stage.stamp)), headers);
}

/** Sends the head of an answer whose body comes bit by bit. */
export function sendHead({ wire, ask, stamp, response }: Scene, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(200, {
    "content-type": ask.stream ? STREAM_TYPE : JSON_TYPE,
    ...(ask.stream ? { "cache-control": "no-cache" } : {}),
    ...wire.headers(stamp, false),
    ...headers,
  });
  response.flushHeaders();
}

/** Sends an answer piece by piece, each after `delayMs`, and no faster than the client reads. */
export async function sendPieces(scene: Scene, pieces: Iterable<string | Uint8Array>, delayMs = 0): Promise<void> {
  const { response, clock, gone } = scene;
  sendHead(scene);
  for (const piece of pieces) {
    if (delayMs > 0) await clock.sleep(delayMs, gone);
    gone.throwIfAborted();
    if (!response.write(piece)) await once(response, "drain", { signal: gone });
  }
  response.end();
}

/**
 * Sends half of a body, and returns when the socket has taken it. The head says how long the whole is unless it
 * `isChunked`.
 */
export async function sendHalf(scene: Scene, body: Iterable<string>, isChunked: boolean): Promise<void> {
  const bytes = Buffer.from([...body].join(""));
  sendHead(scene, isChunked ? {} : { "content-length": bytes.length });
  await new Promise<void>((resolve, reject) => {
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    scene.response.write(half, (error) => (error ? reject(error) : resolve()));
  });
}
