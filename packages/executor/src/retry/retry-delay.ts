import { type Random, traitsOf } from "@bentham/core";
import type { Failure } from "../attempt.ts";
import { calculateBackoff } from "./calculate-backoff.ts";
import type { RetryStrategy } from "./retry-strategy.ts";

/**
 * How long to wait before trying again, in milliseconds; nothing when it is not worth trying, or was tried often enough.
 *
 * @param failures Failed attempts so far, this one among them; from 1.
 */
export function retryDelay(
  failure: Omit<Failure, "message">,
  failures: number,
  strategy: RetryStrategy,
  random: Random,
): number | undefined {
  const { code, isRetryable, retryAfterMs = 0, retryLimit = traitsOf(code).retryLimit ?? Infinity } = failure;
  const { retryableErrors } = strategy;
  if (!isRetryable || (retryableErrors && !retryableErrors.includes(code))) return undefined;
  if (failures > Math.min(strategy.maxRetries, retryLimit)) return undefined;
  return Math.max(backoffOf(failures, strategy, random), afterRetryAfter(retryAfterMs, random));
}

/** The strategy's own wait before retry number `attempt`, in milliseconds. */
export function backoffOf(attempt: number, strategy: RetryStrategy, random: Random): number {
  return calculateBackoff({
    attempt,
    baseDelay: strategy.baseDelay,
    maxDelay: strategy.maxDelay,
    multiplier: strategy.backoffMultiplier,
    jitter: strategy.jitterFactor,
    random,
  });
}

/** A `Retry-After`, and up to a tenth more, 5 s at most, so that not all who wait come back at once. */
export function afterRetryAfter(retryAfterMs: number, random: Random): number {
  return retryAfterMs + Math.ceil(Math.min(retryAfterMs / 10, 5000) * random());
}
