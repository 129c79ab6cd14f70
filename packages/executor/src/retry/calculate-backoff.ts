import { DEFAULT_RETRY_STRATEGY, type Random, systemRandom } from "@bentham/core";

/**
 * How chance enters a delay.
 *
 * - `proportional`: spread about the exponential value by `jitter`.
 * - `full`: anything from 0 to the exponential value.
 * - `equal`: half of it, and up to the other half by chance.
 * - `decorrelated`: from `baseDelay` to `multiplier` + 1 times the previous value, whatever that was.
 * - `none`: the exponential value.
 *
 * Forms and names: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export type BackoffMode = "proportional" | "full" | "equal" | "decorrelated" | "none";

/** Options of {@link calculateBackoff}. */
export interface BackoffOptions {
  /** Which retry this is; the first is 1. */
  attempt: number;
  /** Delay before the first retry, in milliseconds. @default 1000 */
  baseDelay?: number;
  /** Longest delay, in milliseconds. @default 30000 */
  maxDelay?: number;
  /** How far a proportional delay is spread, from 0 to 1. @default 0.2 */
  jitter?: number;
  /** What a delay is multiplied by from one retry to the next, 1 or more. @default 2 */
  multiplier?: number;
  /** @default "proportional" */
  mode?: BackoffMode;
  /** @default chance that nobody can replay */
  random?: Random;
}

/**
 * How long to wait before retry number `attempt`, in whole milliseconds from 0 to `maxDelay`.
 *
 * At the cap a proportional delay is reflected, not clamped: clamping would make half of all capped delays exactly
 * `maxDelay`, and bring the workers back in step.
 *
 * @throws RangeError for an option that is out of its range, NaN or not finite.
 */
export function calculateBackoff(options: BackoffOptions): number {
  const {
    attempt,
    baseDelay = DEFAULT_RETRY_STRATEGY.baseDelay,
    maxDelay = DEFAULT_RETRY_STRATEGY.maxDelay,
    jitter = DEFAULT_RETRY_STRATEGY.jitterFactor,
    multiplier = DEFAULT_RETRY_STRATEGY.backoffMultiplier,
    mode = "proportional",
    random = systemRandom,
  } = options;
  check("attempt", attempt, 1, Number.MAX_SAFE_INTEGER);
  check("baseDelay", baseDelay, 0, Number.MAX_SAFE_INTEGER);
  check("maxDelay", maxDelay, 0, Number.MAX_SAFE_INTEGER);
  check("jitter", jitter, 0, 1);
  check("multiplier", multiplier, 1, Number.MAX_SAFE_INTEGER);

  // A base of 0 stays 0: 0 times an overflowed power would be NaN.
  const exponential = baseDelay === 0 ? 0 : Math.min(maxDelay, baseDelay * multiplier ** (attempt - 1));
  return Math.floor(spread(mode, exponential, { baseDelay, maxDelay, jitter, multiplier, random }));
}

interface Spread {
  readonly baseDelay: number;
  readonly maxDelay: number;
  readonly jitter: number;
  readonly multiplier: number;
  readonly random: Random;
}

function spread(mode: BackoffMode, exponential: number, options: Spread): number {
  const { baseDelay, maxDelay, jitter, multiplier, random } = options;
  switch (mode) {
    case "none":
      return exponential;
    case "full":
      return exponential * random();
    case "equal":
      return exponential / 2 + (exponential / 2) * random();
    case "decorrelated": {
      const lowest = Math.min(baseDelay, maxDelay);
      const highest = Math.min(maxDelay, Math.max(lowest, exponential * (multiplier + 1)));
      return lowest + (highest - lowest) * random();
    }
    case "proportional": {
      const delay = exponential * (1 + jitter * (2 * random() - 1));
      return delay > maxDelay ? Math.max(0, 2 * maxDelay - delay) : delay;
    }
  }
}

function check(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new RangeError(`calculateBackoff: ${name} must be a number from ${least} to ${most}, and is ${value}`);
  }
}
