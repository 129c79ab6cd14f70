import { BenthamError, DEFAULT_RETRY_STRATEGY, type RetryStrategy as Strategy } from "@bentham/core";

/** When and how often a failed job is tried again. */
export type RetryStrategy = Strategy;

/** The value beside the type {@link RetryStrategy}: its defaults, and how a part of one becomes a whole one. */
export const RetryStrategy: {
  readonly defaults: Readonly<Strategy>;
  /**
   * Fills up `parts`, earlier ones first; `undefined` never overwrites a value.
   *
   * @throws BenthamError CONFIG_INVALID for a value out of its range.
   */
  of(...parts: readonly (Partial<Strategy> | undefined)[]): Strategy;
} = {
  defaults: DEFAULT_RETRY_STRATEGY,
  of(...parts) {
    const strategy: Strategy = { ...DEFAULT_RETRY_STRATEGY };
    for (const part of parts.toReversed()) {
      if (!part) continue;
      strategy.maxRetries = part.maxRetries ?? strategy.maxRetries;
      strategy.baseDelay = part.baseDelay ?? strategy.baseDelay;
      strategy.maxDelay = part.maxDelay ?? strategy.maxDelay;
      strategy.backoffMultiplier = part.backoffMultiplier ?? strategy.backoffMultiplier;
      strategy.jitterFactor = part.jitterFactor ?? strategy.jitterFactor;
      if (part.retryableErrors) strategy.retryableErrors = part.retryableErrors;
    }
    check("maxRetries", strategy.maxRetries, 0, Number.MAX_SAFE_INTEGER);
    if (!Number.isInteger(strategy.maxRetries)) fail("maxRetries", strategy.maxRetries, "a whole number");
    check("baseDelay", strategy.baseDelay, 0, Number.MAX_SAFE_INTEGER);
    check("maxDelay", strategy.maxDelay, 0, Number.MAX_SAFE_INTEGER);
    check("backoffMultiplier", strategy.backoffMultiplier, 1, Number.MAX_SAFE_INTEGER);
    check("jitterFactor", strategy.jitterFactor, 0, 1);
    return strategy;
  },
};

function check(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    fail(name, value, most === 1 ? `from ${least} to ${most}` : `${least} or more`);
  }
}

function fail(name: string, value: number, range: string): never {
  throw new BenthamError("CONFIG_INVALID", `retry strategy: ${name} must be ${range}, and is ${value}`);
}
