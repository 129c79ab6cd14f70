import { BenthamError } from "@bentham/core";
import { ByteLog } from "./byte-log.ts";
import type { Exchange, ExchangeEnding } from "./exchange.ts";
import { describeFailure } from "./describe-failure.ts";
import { readRequest, type ReadRequest } from "./read-request.ts";
import type { Tape } from "./tape.ts";
import type { ConnectionFacts } from "./watch-connections.ts";
import { type BodyWatcher, watchBody } from "./watch-body.ts";

/** Records one exchange while it happens. */
export class ExchangeRecorder implements BodyWatcher {
  readonly #tape: Tape;
  readonly #startedAt: Date;
  readonly #start: number;
  readonly #body: ByteLog | undefined;
  #received = 0;
  #request: Exchange["request"];
  #response: Omit<NonNullable<Exchange["response"]>, "body"> | undefined;
  #headersAt: number | undefined;
  #endAt: number | undefined;
  #ending: ExchangeEnding = "open";
  #failure: string | undefined;
  #connection: ConnectionFacts = {};

  /** @param url What is asked for, until the request itself has been read. */
  constructor(url: string, tape: Tape) {
    this.#tape = tape;
    this.#startedAt = new Date(tape.clock.now());
    this.#start = tape.clock.monotonic();
    this.#body = tape.keepsBodies() ? new ByteLog(tape.maxBodyBytes) : undefined;
    this.#request = { method: "GET", url, headers: [] };
    tape.add(() => this.#exchange());
  }

  /** Reads the request that is to be sent. */
  async readRequest(input: string | URL | Request, init: RequestInit | undefined): Promise<ReadRequest> {
    const request = await readRequest(input, init, this.#tape.maxBodyBytes);
    const { method, url, headers, body } = request;
    const kept = body && { length: body.length, ...(this.#body ? { bytes: body } : {}) };
    this.#request = { method, url, headers, ...(kept ? { body: kept } : {}) };
    return request;
  }

  /** Is told which connection the request goes out by. */
  connected(connection: ConnectionFacts): void {
    this.#connection = connection;
  }

  /** Gives a response that is the same to its reader, and is recorded as it is read. */
  readResponse(response: Response): Response {
    const { status, statusText } = response;
    this.#headersAt = this.#tape.clock.monotonic();
    this.#tape.responded();
    this.#response = { status, statusText, headers: Array.from(response.headers) };
    if (response.body) return withBody(response, watchBody(response.body, this));
    this.end();
    return response;
  }

  chunk(bytes: Uint8Array): void {
    this.#received += bytes.byteLength;
    if (this.#tape.keepsBodies()) this.#body?.append(bytes);
    const { maxBodyBytes } = this.#tape;
    if (this.#received <= maxBodyBytes) return;
    const message = `the response is over ${maxBodyBytes} bytes and was cut there: ask for less, or raise maxBodyBytes`;
    this.#finish("too-large", message);
    throw new BenthamError("RESPONSE_TOO_LARGE", message);
  }

  end(): void {
    this.#finish("complete");
  }

  cancel(): void {
    this.#finish("cancelled");
  }

  fail(error: unknown): void {
    this.#finish("failed", describeFailure(error));
  }

  /** The first ending counts. */
  #finish(ending: ExchangeEnding, failure?: string): void {
    if (this.#ending !== "open") return;
    this.#ending = ending;
    this.#failure = failure;
    this.#endAt = this.#tape.clock.monotonic();
  }

  #exchange(): Exchange {
    const end = this.#endAt ?? this.#tape.clock.monotonic();
    const headersAt = this.#headersAt ?? end;
    const body = { length: this.#received, ...(this.#body ? { bytes: this.#body.bytes() } : {}) };
    return {
      request: this.#request,
      ...(this.#response ? { response: { ...this.#response, body } } : {}),
      startedAt: this.#startedAt,
      waitMs: toMicroseconds(headersAt - this.#start),
      receiveMs: toMicroseconds(end - headersAt),
      ending: this.#ending,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      ...this.#connection,
    };
  }
}

/** Milliseconds, rounded to what a clock can tell. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** `response` with another body. What a constructor does not take, a URL and a status like 999, is set on the copy. */
function withBody(response: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, ok, url, redirected } = response;
  const headers = Array.from(response.headers); // Pairs: the response may be of another copy of undici.
  const copy = new Response(body, { headers, status: status >= 200 && status <= 599 ? status : 200 });
  const facts = { status, statusText, ok, url, redirected };
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(copy, name, { value });
  return copy;
}
