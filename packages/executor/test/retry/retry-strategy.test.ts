import { DEFAULT_RETRY_STRATEGY } from "@bentham/core";
import { RetryStrategy } from "@bentham/executor";
import { describe, expect, test } from "vitest";

describe("RetryStrategy", () => {
  test("is a type and a value", () => {
    const strategy: RetryStrategy = {
      maxRetries: 5,
      baseDelay: 1000,
      maxDelay: 60000,
      backoffMultiplier: 2,
      jitterFactor: 0.25,
      retryableErrors: ["RATE_LIMITED", "TIMEOUT", "NETWORK_ERROR"],
    };
    expect(RetryStrategy.of(strategy)).toEqual(strategy);
    expect(RetryStrategy.defaults).toBe(DEFAULT_RETRY_STRATEGY);
  });

  test("has the seed's defaults, which nobody can change", () => {
    expect(RetryStrategy.of()).toEqual({
      maxRetries: 3,
      baseDelay: 1000,
      maxDelay: 30_000,
      backoffMultiplier: 2,
      jitterFactor: 0.2,
    });
    expect(Object.isFrozen(RetryStrategy.defaults)).toBe(true);
    expect(RetryStrategy.of()).not.toBe(RetryStrategy.defaults);
  });

  test("fills up from the first part on", () => {
    const strategy = RetryStrategy.of({ maxRetries: 0 }, undefined, { maxRetries: 9, baseDelay: 5 }, { baseDelay: 7 });
    expect(strategy).toMatchObject({ maxRetries: 0, baseDelay: 5, maxDelay: 30_000 });
  });

  test("does not let undefined overwrite a value", () => {
    const nothing: object = { maxRetries: undefined, retryableErrors: undefined };
    expect(RetryStrategy.of(nothing, { maxRetries: 1, retryableErrors: [] })).toMatchObject({
      maxRetries: 1,
      retryableErrors: [],
    });
  });

  test.each([
    ["maxRetries", { maxRetries: -1 }],
    ["maxRetries", { maxRetries: 1.5 }],
    ["maxRetries", { maxRetries: Number.NaN }],
    ["baseDelay", { baseDelay: -1 }],
    ["baseDelay", { baseDelay: Number.NaN }],
    ["maxDelay", { maxDelay: Infinity }],
    ["backoffMultiplier", { backoffMultiplier: 0.9 }],
    ["jitterFactor", { jitterFactor: 1.1 }],
    ["jitterFactor", { jitterFactor: -0.1 }],
  ])("refuses %s out of its range: %j", (name, part) => {
    expect(() => RetryStrategy.of(part)).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
    expect(() => RetryStrategy.of(part)).toThrow(name);
  });
});
