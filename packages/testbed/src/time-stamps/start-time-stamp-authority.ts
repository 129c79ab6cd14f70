import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Clock, systemClock } from "@bentham/core";
import { createAuthority } from "../authority.ts";
import { listenOnLoopback, type LoopbackServer } from "../llm/loopback-server.ts";
import type { TimeStampBehaviour } from "./time-stamp-behaviour.ts";

/** Options of {@link startTimeStampAuthority}. */
export interface TimeStampAuthorityOptions {
  /** @default one that is free */
  readonly port?: number | undefined;
  /** What its stamps say the time is. @default the real one */
  readonly clock?: Clock | undefined;
}

/** A query as it reached the authority. */
export interface TimeStampQuery {
  /** SHA-256 (hex) of what should be stamped. */
  readonly imprint: string;
  /** In hex; absent where there was none. */
  readonly nonce?: string;
  readonly wantsCertificates: boolean;
}

/** A time-stamp authority (RFC 3161) on loopback. Disposing it closes every connection. */
export interface TimeStampAuthority extends AsyncDisposable {
  /** Where queries go, by POST. */
  readonly url: string;
  /** The certificate of the authority behind it, in PEM: what whoever checks a stamp has to trust. */
  readonly certificate: string;
  /** The policy that its tokens are under. */
  readonly policy: string;
  /** Every query that reached it, in order. */
  readonly queries: readonly TimeStampQuery[];
  /**
   * Changes what is done with queries to come.
   *
   * @throws Error EADDRINUSE when it listens again, and something else has its port now.
   */
  behave(behaviour: TimeStampBehaviour): Promise<void>;
}

const POLICY = "1.3.6.1.4.1.32473.1.1";

/**
 * Starts an authority on 127.0.0.1 that answers queries with real tokens, which `openssl ts -verify` accepts.
 *
 * @throws Error EADDRINUSE when the port is taken.
 */
export async function startTimeStampAuthority(options: TimeStampAuthorityOptions = {}): Promise<TimeStampAuthority> {
  const { clock = systemClock } = options;
  const { TimeStampDesk } = await import("./time-stamp-desk.ts"); // Loaded when it is needed: it takes a while.
  const authority = await createAuthority(clock);
  const desk = await TimeStampDesk.open(authority, { policy: POLICY, clock, newSerial: () => randomBytes(8) });
  const queries: TimeStampQuery[] = [];
  let behaviour: TimeStampBehaviour = "ok";

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const query = await buffer(request);
    const isQuery = request.method === "POST" && request.headers["content-type"] === "application/timestamp-query";
    const read = isQuery ? desk.read(query) : undefined;
    if (!read) return void response.writeHead(400).end();
    queries.push(read.seen);
    if (behaviour === "hang") return;
    if (behaviour === "http-500") return void response.writeHead(500).end("the authority's clock has stopped");
    const type = { "content-type": "application/timestamp-reply" };
    response.writeHead(200, type).end(behaviour === "garbage" ? randomBytes(600) : await desk.reply(read, behaviour));
  };
  const listen = (port?: number): Promise<LoopbackServer> =>
    listenOnLoopback((request, response) => void answer(request, response).catch(() => response.destroy()), { port });

  let server = await listen(options.port);
  const { url } = server;
  let isListening = true;
  return {
    url,
    certificate: authority.certificate,
    policy: POLICY,
    queries,
    async behave(next) {
      behaviour = next;
      const wasListening = isListening;
      isListening = next !== "away";
      if (!isListening) return server.close();
      if (!wasListening) server = await listen(Number(new URL(url).port));
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
