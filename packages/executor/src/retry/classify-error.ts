import {
  type ErrorCategory,
  type ErrorCode,
  isBenthamError,
  isErrorCode,
  type SuggestedAction,
  systemClock,
  traitsOf,
} from "@bentham/core";
import { codeOfMessage, codeOfName, codeOfSystemCode } from "./error-symptoms.ts";
import { type ErrorFacts, factsOf } from "./error-facts.ts";
import { codeOfHttp } from "./http-symptoms.ts";
import { retryAfterOf } from "./retry-after.ts";

/** What kind of failure an error is, and what to do about it. */
export interface ErrorClassification {
  readonly code: ErrorCode;
  readonly category: ErrorCategory;
  /** Whether asking again can help. */
  readonly isRetryable: boolean;
  readonly suggestedAction: SuggestedAction;
  /** How long the surface asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** What has to rest that long, beside the job. */
  readonly pauses?: "lane";
  /** The account that a person has to see to, where none could be leased because of that. */
  readonly account?: string;
}

/** What is known beside the error. */
export interface ClassifyContext {
  /** Milliseconds since the Unix epoch, against which a date in `Retry-After` is read. @default the real time */
  readonly now?: number;
}

/**
 * Tells what kind of failure `error` is: an error of Bentham, the AI SDK, undici, Node, Playwright or Chromium, or an
 * HTTP status. Looks through causes and through errors that wrap several. Total: any value gets an answer, and one that
 * nothing is known of is INTERNAL, which is not retried.
 */
export function classifyError(error: unknown, context: ClassifyContext = {}): ErrorClassification {
  const chain = factsOf(error);
  const code = codeOf(chain);
  const retryAfterMs = retryAfterIn(chain, context.now ?? systemClock.now());
  const traits = traitsOf(code);
  const pauses = first(chain, (facts) => (isBenthamError(facts.error) ? facts.error.pauses : undefined));
  const account = first(chain, (facts) => (isBenthamError(facts.error) ? facts.error.account : undefined));
  return {
    code,
    category: traits.category,
    isRetryable: traits.isRetryable,
    suggestedAction: traits.suggestedAction,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(pauses === undefined ? {} : { pauses }),
    ...(account === undefined ? {} : { account }),
  };
}

/** Whether asking again can help after `error`. */
export function isRetryable(error: unknown): boolean {
  return classifyError(error).isRetryable;
}

/** From the surest symptom to the vaguest; within one kind, the outermost error first. */
function codeOf(chain: readonly ErrorFacts[]): ErrorCode {
  return (
    first(chain, ({ error, code }) => (isBenthamError(error) && isErrorCode(code) ? code : undefined)) ??
    first(chain, (facts) => codeOfHttp(facts, chain)) ??
    first(chain, ({ message }) => codeOfMessage(message)) ??
    first(chain, ({ code }) => codeOfSystemCode(code)) ??
    first(chain, ({ name }) => codeOfName(name)) ??
    "INTERNAL"
  );
}

function first<Found>(chain: readonly ErrorFacts[], find: (facts: ErrorFacts) => Found | undefined): Found | undefined {
  for (const facts of chain) {
    const found = find(facts);
    if (found !== undefined) return found;
  }
  return undefined;
}

function retryAfterIn(chain: readonly ErrorFacts[], now: number): number | undefined {
  for (const { retryAfterMs, headers } of chain) {
    if (retryAfterMs !== undefined && retryAfterMs >= 0) return retryAfterMs;
    const wait = retryAfterOf(headers, now);
    if (wait !== undefined) return wait;
  }
  return undefined;
}
