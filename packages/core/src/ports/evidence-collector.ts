import type { Json } from "../canonical-json.ts";
import type { Fetch } from "../fetch.ts";
import type { JobResult } from "../job-result.ts";
import type { EvidenceLevel, Job } from "../job.ts";
import type { Outcome } from "../outcome.ts";
import type { Secret } from "../secret.ts";
import type { InputTarget } from "./human-input.ts";
import type { SessionLease } from "./session-pool.ts";
import type { Answer, ExchangeReading } from "./surface-adapter.ts";

/** What is to be recorded. */
export interface RecordingRequest {
  readonly job: Job;
  /** Which attempt of the job, from 1. */
  readonly attempt: number;
  readonly level: EvidenceLevel;
  readonly adapter: { readonly name: string; readonly version: string };
  /** How to read what the surface answers. */
  readonly reading?: ExchangeReading;
  readonly proxyId: string;
  /** What the proxy manager tells of the way, such as the address that was seen from outside. */
  readonly proxyFacts?: { readonly [name: string]: Json };
  readonly sessionId?: string;
  /** The session whose page is recorded; without one, requests alone are. */
  readonly session?: SessionLease;
  readonly credentialId?: string;
  /** Values that must be in no byte of the evidence. */
  readonly secrets: readonly Secret[];
  /** How long the attempt had been running before this, in milliseconds: it was acquiring its resources. @default 0 */
  readonly acquiringMs?: number;
}

/** How the attempt ended that was recorded. */
export interface RecordingEnding {
  readonly outcome: Outcome;
  readonly answer?: Answer;
  readonly error?: { readonly code: string; readonly message: string };
  /** What there was of an answer when it broke off. */
  readonly partialText?: string;
}

/** The evidence of a `JobResult`. */
export type Evidence = NonNullable<JobResult["evidence"]>;

/** An element that a picture can be taken of. A Playwright `Locator` is one. */
export interface PictureTarget extends Pick<InputTarget, "boundingBox" | "evaluate"> {
  /** Its text, as it is shown. */
  innerText?(options?: { readonly timeout?: number }): Promise<string>;
  screenshot(options?: { readonly timeout?: number }): Promise<Buffer>;
}

/** The recording of one attempt. It ends by `finish` or by `discard`, whichever comes first. */
export interface Recording {
  /** Wraps a way out, so that every exchange over it is recorded. */
  record(fetch: Fetch): Fetch;
  /**
   * Says where on the page the answer stands, for a picture of it, and to read it once more.
   *
   * @param text The element that holds the answer's text and nothing else. @default the answer is not read again
   */
  showAnswer?(element: PictureTarget, text?: PictureTarget): void;
  /** Keeps when a step of the attempt was reached; the first one of its name counts. */
  step?(name: string): void;
  /** Keeps a fact about how the question was asked; the last one of its name counts. */
  note?(name: string, fact: Json): void;
  /**
   * Redacts, seals and stores what was recorded, also after a failure. Never rejects: what could not be kept is said in
   * the evidence's `state` and `reasons`. Gives nothing where nothing was to be kept.
   */
  finish(ending: RecordingEnding): Promise<Evidence | undefined>;
  /** Throws away what was recorded. Safe after `finish`, which it leaves alone, and twice. */
  discard(): Promise<void>;
}

/** Records attempts. */
export interface EvidenceCollector {
  begin(request: RecordingRequest): Promise<Recording>;
}
