import type { IncomingHttpHeaders } from "node:http";

/** The APIs that a server speaks. */
export const WIRES = ["openai-chat", "openai-responses", "anthropic-messages"] as const;

/** An API that a server speaks. */
export type WireName = (typeof WIRES)[number];

/** Why an answer ended; each vendor has words of its own for it. */
export type Finish = "stop" | "length" | "content-filter" | "refusal";

/** What a vendor's request asks, and how it wants the answer. */
export interface WireAsk {
  readonly question: string;
  readonly model: string;
  readonly stream: boolean;
  /** Whether a stream is to end with the usage, where the vendor leaves that to the client. */
  readonly streamUsage: boolean;
}

/** What makes an answer one of its kind. */
export interface Stamp {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** A whole answer. */
export interface Reply {
  readonly text: string;
  readonly finish: Finish;
}

/** An answer that comes bit by bit. */
interface StreamedReply {
  readonly parts: Iterable<string>;
  readonly finish: Finish;
}

/** One event of a stream. */
export interface WireEvent {
  readonly event?: string;
  /** JSON, or the text of the line. */
  readonly data: object | string;
}

/** A request that is not answered. What is left out is what the vendor says with that status. */
export interface Trouble {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** How a vendor's API is spoken. */
export interface Wire {
  readonly name: WireName;
  readonly path: string;
  /** The key of a request. */
  keyOf(headers: IncomingHttpHeaders): string | undefined;
  /** Reads a request. */
  read(body: unknown, headers: IncomingHttpHeaders): WireAsk | Trouble;
  answer(ask: WireAsk, reply: Reply, stamp: Stamp): object;
  /** The events of a stream, as they come due: it takes a part when its event is asked for. */
  stream(ask: WireAsk, reply: StreamedReply, stamp: Stamp): Iterable<WireEvent>;
  /** The body of an error. */
  error(trouble: Trouble, stamp: Stamp): object;
  /** What the vendor says when the account has no money left. */
  readonly outOfQuota: Trouble;
  /** What the vendor says to a country that it does not serve. */
  readonly wrongRegion: Trouble;
  /** The headers of every answer and error. */
  headers(stamp: Stamp, isRateLimited: boolean): Readonly<Record<string, string>>;
}

/** Whether a request could be read. */
export function isAsk(read: WireAsk | Trouble): read is WireAsk {
  return "question" in read;
}

/** About how many tokens a text is. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / 4);
}
