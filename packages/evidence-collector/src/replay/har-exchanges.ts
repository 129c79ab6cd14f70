import type { Exchange, ExchangeEnding, Header, RecordedBody } from "../exchange/exchange.ts";

/** The members of a `network.har` of ours that are read. */
interface Har {
  readonly log: { readonly entries: readonly HarEntry[] };
}

interface HarEntry {
  readonly startedDateTime: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly HarHeader[];
    readonly bodySize: number;
    readonly postData?: { readonly text?: string; readonly _encoding?: string };
  };
  readonly response: {
    /** 0 where no response came. */
    readonly status: number;
    readonly statusText: string;
    readonly headers: readonly HarHeader[];
    readonly content: { readonly size: number; readonly text?: string; readonly encoding?: string };
  };
  readonly timings: { readonly wait: number; readonly receive: number };
  readonly _ending: ExchangeEnding;
  readonly _error?: string;
}

interface HarHeader {
  readonly name: string;
  readonly value: string;
}

/**
 * The exchanges of a `network.har` that this package wrote; bodies have the bytes that they were recorded with.
 *
 * @throws SyntaxError when `json` is not JSON.
 */
export function exchangesIn(json: string): Exchange[] {
  const har: Har = JSON.parse(json);
  return har.log.entries.map((entry) => exchangeOf(entry));
}

function exchangeOf({ startedDateTime, request, response, timings, ...entry }: HarEntry): Exchange {
  const { method, url, headers, bodySize, postData } = request;
  const { status, statusText, content } = response;
  const sent = postData && bodyOf(bodySize, postData.text, postData["_encoding"]);
  return {
    request: { method, url, headers: headers.map(headerOf), ...(sent ? { body: sent } : {}) },
    ...(status > 0 && {
      response: {
        status,
        statusText,
        headers: response.headers.map(headerOf),
        body: bodyOf(content.size, content.text, content.encoding),
      },
    }),
    startedAt: new Date(startedDateTime),
    waitMs: timings.wait,
    receiveMs: timings.receive,
    ending: entry["_ending"],
    ...(entry["_error"] === undefined ? {} : { failure: entry["_error"] }),
  };
}

function bodyOf(length: number, text: string | undefined, encoding: string | undefined): RecordedBody {
  if (text === undefined) return { length };
  return { length, bytes: Buffer.from(text, encoding === "base64" ? "base64" : "utf8") };
}

function headerOf({ name, value }: HarHeader): Header {
  return [name, value];
}
