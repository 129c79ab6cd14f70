import { BenthamError, ERROR_CODES, type ErrorCode, isErrorCode, traitsOf } from "@bentham/core";
import { classifyError, RetryStrategy } from "@bentham/executor";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryDelay } from "../../src/retry/retry-delay.ts";

const MINUTE = 60_000;
const codes = Object.keys(ERROR_CODES).filter(isErrorCode);
const middle = (): number => 0.5;

function delayAfter(
  code: ErrorCode,
  failures: number,
  strategy: Partial<RetryStrategy> = {},
  retryAfterMs?: number,
  random = middle,
): number | undefined {
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  const failure = classifyError(new BenthamError(code, "x", options));
  return retryDelay(failure, failures, RetryStrategy.of(strategy), random);
}

describe("retryDelay", () => {
  test("is the strategy's own wait, until its retries are spent", () => {
    expect([1, 2, 3, 4].map((failures) => delayAfter("TIMEOUT", failures))).toEqual([1000, 2000, 4000, undefined]);
    expect(delayAfter("TIMEOUT", 1, { maxRetries: 0 })).toBeUndefined();
    expect(delayAfter("TIMEOUT", 2, { baseDelay: 10, backoffMultiplier: 3, jitterFactor: 0 })).toBe(30);
  });

  test("is nothing for a code that no retry helps", () => {
    const never = codes.filter((code) => !traitsOf(code).isRetryable);
    expect(never.filter((code) => delayAfter(code, 1) !== undefined)).toEqual([]);
    expect(never).toContain("CHALLENGE");
  });

  test.each(["EMPTY_RESPONSE", "MALFORMED_RESPONSE", "DNS_FAILED", "SESSION_EXPIRED", "UI_OBSTRUCTED"] as const)(
    "is given once for %s, however many retries there are",
    (code) => {
      expect(delayAfter(code, 1, { maxRetries: 9 })).toBeDefined();
      expect(delayAfter(code, 2, { maxRetries: 9 })).toBeUndefined();
    },
  );

  test("is narrowed by retryableErrors, and never widened", () => {
    const strategy = { retryableErrors: ["TIMEOUT", "CHALLENGE", "INTERNAL", "NO_SUCH_CODE"] };
    expect(delayAfter("TIMEOUT", 1, strategy)).toBe(1000);
    expect(delayAfter("NETWORK_ERROR", 1, strategy)).toBeUndefined();
    expect(delayAfter("CHALLENGE", 1, strategy)).toBeUndefined();
    expect(delayAfter("INTERNAL", 1, strategy)).toBeUndefined();
    expect(delayAfter("TIMEOUT", 1, { retryableErrors: [] })).toBeUndefined();

    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.subarray(codes), (code, retryableErrors) => {
        const isRetried = delayAfter(code, 1, { retryableErrors }) !== undefined;
        expect(isRetried).toBe(traitsOf(code).isRetryable && retryableErrors.includes(code));
      }),
    );
  });

  test("is never shorter than Retry-After, nor longer by more than a tenth or 5 s", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 15 * MINUTE }),
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (retryAfterMs, failures, chance) => {
          const delay = delayAfter("RATE_LIMITED", failures, {}, retryAfterMs, () => chance) ?? -1;
          const backoff = delayAfter("RATE_LIMITED", failures, {}, undefined, () => chance) ?? 0;
          expect(delay).toBeGreaterThanOrEqual(Math.max(retryAfterMs, backoff));
          expect(delay).toBeLessThanOrEqual(Math.max(retryAfterMs + Math.min(retryAfterMs / 10 + 1, 5000), backoff));
        },
      ),
    );
  });

  test("is the backoff where that is longer than Retry-After", () => {
    expect(delayAfter("RATE_LIMITED", 3, {}, 10)).toBe(4000);
    expect(delayAfter("RATE_LIMITED", 3, {}, 0)).toBe(4000);
  });

  test("is as long as the surface wants to be left alone, however long that is", () => {
    expect(delayAfter("RATE_LIMITED", 1, {}, 24 * 60 * MINUTE)).toBeGreaterThanOrEqual(24 * 60 * MINUTE);
  });
});
