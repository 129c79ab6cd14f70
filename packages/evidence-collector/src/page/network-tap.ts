import { ByteLog } from "../exchange/byte-log.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { CdpSession } from "./cdp-session.ts";

/** How bodies are written that come bit by bit, and may never end. */
const STREAMED = /^(?:text\/event-stream|application\/(?:x-)?(?:ndjson|jsonlines|json-seq|stream\+json))\b/i;

/**
 * Most bytes of bodies that Chromium keeps for this session: a stream's first ones come before it is known to be one.
 * Bodies that have ended are kept for Playwright, which has a session of its own.
 */
const KEPT_AHEAD = 1_000_000;

/** One request of a page. */
interface Seen {
  readonly method: string;
  readonly url: string;
  /** Of Chromium's own clock, in seconds. */
  readonly sentAt: number;
  /** From then to the head of the response, in milliseconds. */
  waitMs?: number;
  /** What came of a stream; gone once it has ended well, as the archive of requests has it whole. */
  stream?: ByteLog | undefined;
}

/**
 * Listens to a page's network beside Playwright, whose archive of requests has nothing of streams that are still running
 * or have broken off, and does not tell when a response came. It sees the page's own frames, and none of another site's
 * inside of it.
 */
export class NetworkTap {
  readonly #cdp: CdpSession;
  readonly #limit: number;
  readonly #seen: Seen[] = [];
  readonly #running = new Map<string, Seen>();

  private constructor(cdp: CdpSession, limit: number) {
    this.#cdp = cdp;
    this.#limit = limit;
  }

  /** @param limit Most bytes of one stream that are kept. */
  static async open(cdp: CdpSession, limit: number): Promise<NetworkTap> {
    const tap = new NetworkTap(cdp, limit);
    cdp.on("Network.requestWillBeSent", ({ requestId, request: { method, url }, timestamp, redirectResponse }) => {
      if (redirectResponse) tap.#head(requestId, timestamp);
      const seen = { method, url, sentAt: timestamp };
      tap.#seen.push(seen);
      tap.#running.set(requestId, seen);
    });
    cdp.on("Network.responseReceived", ({ requestId, response, timestamp }) => {
      tap.#head(requestId, timestamp);
      if (STREAMED.test(response.mimeType)) void tap.#follow(requestId);
    });
    cdp.on("Network.dataReceived", ({ requestId, data }) => {
      if (data !== undefined) tap.#running.get(requestId)?.stream?.append(Buffer.from(data, "base64"));
    });
    cdp.on("Network.loadingFinished", ({ requestId }) => {
      const seen = tap.#running.get(requestId);
      if (seen) seen.stream = undefined;
      tap.#running.delete(requestId);
    });
    cdp.on("Network.loadingFailed", ({ requestId }) => void tap.#running.delete(requestId));
    await cdp.send("Network.enable", { maxTotalBufferSize: KEPT_AHEAD, maxResourceBufferSize: KEPT_AHEAD });
    return tap;
  }

  /** Fills in what `exchanges` lack. Of several with one address, each is told by its turn. */
  fill(exchanges: readonly Exchange[]): Exchange[] {
    const left = Map.groupBy(this.#seen, ({ method, url }) => `${method} ${url}`);
    return exchanges.map((exchange) => {
      const { request, response } = exchange;
      const seen = left.get(`${request.method} ${request.url}`)?.shift();
      if (!seen || !response) return exchange;
      const { waitMs = exchange.waitMs } = seen;
      const bytes = response.body.bytes ? undefined : seen.stream?.bytes();
      const body = bytes && bytes.length > 0 ? { length: bytes.length, bytes } : response.body;
      return { ...exchange, waitMs, response: { ...response, body } };
    });
  }

  async close(): Promise<void> {
    await this.#cdp.send("Network.disable");
  }

  #head(requestId: string, timestamp: number): void {
    const seen = this.#running.get(requestId);
    if (seen) seen.waitMs ??= Math.max(0, Math.round((timestamp - seen.sentAt) * 1000));
  }

  async #follow(requestId: string): Promise<void> {
    const seen = this.#running.get(requestId);
    if (!seen) return;
    seen.stream = new ByteLog(this.#limit);
    const [following] = await Promise.allSettled([this.#cdp.send("Network.streamResourceContent", { requestId })]);
    // It may have ended by now; then the archive has it. What came before this goes ahead of what has come since.
    if (following.status === "rejected" || seen.stream === undefined) return;
    const since = seen.stream.bytes();
    seen.stream = new ByteLog(this.#limit);
    seen.stream.append(Buffer.from(following.value.bufferedData, "base64"));
    seen.stream.append(since);
  }
}
