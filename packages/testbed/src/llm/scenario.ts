import type { OddForm } from "./odd-text.ts";
import type { Finish } from "./wire.ts";

/**
 * What a server does with an ask. Plain JSON, so that it can be sent to a server in another process. Durations are
 * milliseconds; `delayMs` passes before the first byte.
 */
export type Scenario = Deed & { readonly delayMs?: number };

type Deed =
  // Answers.
  | AnswerDeed
  /** Refuses with {@link REFUSAL}, in the vendor's own form. */
  | { readonly kind: "refusal" }
  /** Says nothing, and that it is done. */
  | { readonly kind: "empty" }
  /** Answers with `oddAnswerTo`. */
  | { readonly kind: "odd-text"; readonly form: OddForm }
  /** Answers with this many times 2^20 letters x, no faster than they are read. */
  | { readonly kind: "huge"; readonly megabytes: number }
  /** The same, compressed about a thousandfold. */
  | { readonly kind: "gzip-bomb"; readonly megabytes: number }
  /** Answers without end: a word every `chunkDelayMs`. @default 1000 */
  | { readonly kind: "endless"; readonly chunkDelayMs?: number }

  // Errors in the vendor's own form.
  | ErrorDeed
  /** 429. */
  | { readonly kind: "rate-limit"; readonly retryAfter?: RetryAfter | readonly RetryAfter[] }
  /** No money left: OpenAI's 429 `insufficient_quota`, Anthropic's 400. */
  | { readonly kind: "quota" }
  /** 403: the vendor does not serve this country. */
  | { readonly kind: "region" }

  // What stands between the client and the vendor, or is broken.
  /** 403 with a page as Cloudflare sends it to who might be a robot. */
  | { readonly kind: "challenge" }
  | MalformedDeed
  /** A body of this content type, whatever the wire says. */
  | RawDeed
  /** Says nothing more until the client goes: not a byte, or after the head or half of the answer. @default not a byte */
  | { readonly kind: "stall"; readonly after?: "head" | "half" }
  /** Breaks the connection before the answer, or after half of it. */
  | CutDeed
  /** Half of an answer that ends as if it were whole: a stream without its last events, JSON that stops short. */
  | { readonly kind: "short" };

interface AnswerDeed {
  readonly kind: "answer";
  /** @default `answerTo` the question; its first 100 code points when it was too long, nothing when it was filtered */
  readonly text?: string;
  /** @default "stop" */
  readonly finish?: Exclude<Finish, "refusal">;
  /** Before each event of a stream. @default 0 */
  readonly chunkDelayMs?: number;
}

interface ErrorDeed {
  readonly kind: "error";
  readonly status: number;
  /** @default what the vendor says with that status */
  readonly code?: string;
  /** @default what the vendor says with that status */
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface RawDeed {
  readonly kind: "raw";
  /** @default 200 */
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** 200 with what is no answer: broken JSON, JSON of another shape, no byte, a page. */
interface MalformedDeed {
  readonly kind: "malformed";
  readonly form: "json" | "shape" | "nothing" | "html";
}

interface CutDeed {
  readonly kind: "cut";
  readonly after?: "half";
  /** `reset` sends RST; `close` sends FIN, as a server does that crashes between two chunks. @default "reset" */
  readonly how?: "reset" | "close";
}

/** A `Retry-After` header: as it stands, or the HTTP date this many milliseconds after the answer's own `Date`. */
export type RetryAfter = string | { readonly inMs: number };

/** What a refusal says. */
export const REFUSAL = "I'm sorry, but I can't help with that.";
