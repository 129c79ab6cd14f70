/** What a lane may do at most. */
export interface LaneLimits {
  /** Jobs under lease at once, over all workers. */
  readonly concurrency?: number;
  /** Questions that the surface may count in a minute, and one. Without it there is no rate limit until the surface's first 429. */
  readonly perMinute?: number;
}

/** What a lane can learn from the end of an attempt. */
export type LaneEvent =
  /** The surface answered, or said something about this cell alone. */
  | "healthy"
  /** The surface said: too fast. */
  | "rate-limited"
  /** The surface did not work: 5xx, no connection, no answer in time. */
  | "unhealthy"
  /** Nothing: the attempt was broken off, say, or failed by its proxy. */
  | "inconclusive";

/** Spaces questions evenly. Times are in milliseconds on the store's clock. */
export interface LimiterState {
  readonly perSecond: number;
  /** When the next question may go out. */
  readonly nextAt: number;
  /** When the rate last fell; absent when it never did. */
  readonly loweredAt?: number;
  /** When the rate last rose. */
  readonly raisedAt: number;
}

/** Keeps questions from a surface that does not work. */
export interface BreakerState {
  /** Failures of the surface in a row. */
  readonly failures: number;
  /** Times it opened in a row. */
  readonly openings: number;
  /** Closed when absent. Until this moment nothing goes out; then one probe does. */
  readonly openUntil?: number;
  /** When the probe went out that is still without an end. */
  readonly probedAt?: number;
}

/** What a lane remembers. */
export interface LaneState {
  readonly limiter?: LimiterState;
  readonly breaker: BreakerState;
}

/** A lane that nothing is known of. */
export const FRESH_LANE: LaneState = { breaker: { failures: 0, openings: 0 } };
