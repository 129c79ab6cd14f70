import { BenthamError, type Fetch } from "@bentham/core";
import { ByteLog } from "./byte-log.ts";
import type { Header } from "./exchange.ts";

/** A request that has been read, and can be sent as it was recorded. */
export interface ReadRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body?: Buffer<ArrayBuffer>;
  /** Sends it. */
  send(fetch: Fetch): Promise<Response>;
}

/**
 * Reads what `fetch(input, init)` would send. The body is read whole before anything is sent, so that the bytes recorded
 * are the bytes sent, whatever kind of body it was.
 *
 * @throws BenthamError INVALID_REQUEST for a body of more than `limit` bytes.
 * @throws TypeError for what `fetch` refuses too, such as an invalid URL.
 */
export async function readRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
  limit: number,
): Promise<ReadRequest> {
  const { signal = input instanceof Request ? input.signal : null, ...rest } = init ?? {};
  const streaming = { ...rest, duplex: "half" as const };
  const request = new Request(input, rest.body instanceof ReadableStream ? streaming : rest);
  const { method, url, redirect } = request;
  const headers = Array.from(request.headers);
  const body = request.body ? await readBody(request.body, limit) : undefined;
  // Pairs and bytes rather than the Request: the `fetch` that sends may be of another copy of undici.
  const sent: RequestInit = { ...rest, method, redirect, signal, headers, ...(body ? { body } : {}) };
  return { method, url, headers, ...(body ? { body } : {}), send: (fetch) => fetch(url, sent) };
}

async function readBody(body: ReadableStream<Uint8Array>, limit: number): Promise<Buffer<ArrayBuffer>> {
  const log = new ByteLog(limit);
  for await (const chunk of body) {
    if (log.append(chunk)) continue;
    throw new BenthamError(
      "INVALID_REQUEST",
      `the request's body is over ${limit} bytes: it was not sent, as it cannot be kept as evidence`,
    );
  }
  return Buffer.from(log.bytes());
}
