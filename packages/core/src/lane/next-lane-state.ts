import type { Random } from "../random.ts";
import type { BreakerState, LaneEvent, LaneLimits, LaneState, LimiterState } from "./lane-state.ts";
import { paceOf } from "./pace.ts";

/** Rate after the first 429 of a lane without a configured one, in questions a second. */
const FIRST_RATE = 5;
/** Lowest rate, in questions a second. */
const LOWEST_RATE = 0.1;
/** What a 429 leaves of the rate, at most once a second. */
const DECREASE = 0.7;
/** What a second of answers adds, in questions a second. */
const INCREASE = 0.5;
/** Failures in a row that open the breaker. */
const BREAKER_THRESHOLD = 5;
/** How long the breaker opens at first, and at most, in milliseconds. */
const BREAKER_FIRST = 5000;
const BREAKER_LONGEST = 60_000;
/** How far the breaker's time is spread, so that workers do not probe in step. */
const BREAKER_JITTER = 0.2;
/** After how many milliseconds a probe that never ended counts as none. */
const PROBE_PATIENCE = 120_000;

/**
 * What a lane knows after `event`, at `now` (milliseconds on the store's clock). Pure.
 * Figures: AIMD and breaker as simulated over 10,000 cells, docs/decisions/lanes.md.
 */
export function nextLaneState(
  lane: LaneState,
  event: LaneEvent,
  limits: LaneLimits,
  now: number,
  random: Random,
): LaneState {
  const limiter = nextLimiter(lane.limiter, event, limits, now);
  const breaker = nextBreaker(lane.breaker, event, now, random);
  return limiter ? { limiter, breaker } : { breaker };
}

/**
 * When the lane's next question may go out, and what the lane knows once it has been let out then. Pure.
 * `at` is `now` or later; a caller that does not want to wait so long keeps the old state.
 */
export function reserveAsk(lane: LaneState, limits: LaneLimits, now: number): ReservedAsk {
  const breaker = lane.breaker;
  if (breaker.openUntil === undefined) return reserveRate(lane, limits, now);
  const probedUntil = breaker.probedAt === undefined ? -Infinity : breaker.probedAt + PROBE_PATIENCE;
  const probeAt = Math.max(now, now < probedUntil ? probedUntil : breaker.openUntil);
  const reserved = reserveRate({ ...lane, breaker: { ...breaker, probedAt: probeAt } }, limits, probeAt);
  return probeAt > now ? { ...reserved, reason: "breaker" } : reserved;
}

/** What {@link reserveAsk} gives. */
export interface ReservedAsk {
  readonly at: number;
  readonly reason: "rate" | "breaker";
  /** The lane with the question let out. */
  readonly lane: LaneState;
}

function reserveRate(lane: LaneState, limits: LaneLimits, now: number): ReservedAsk {
  const limiter = lane.limiter ?? configuredLimiter(limits, now);
  if (!limiter) return { at: now, reason: "rate", lane };
  const perSecond = Math.min(limiter.perSecond, configuredRate(limits));
  const at = Math.max(now, limiter.nextAt);
  return { at, reason: "rate", lane: { ...lane, limiter: { ...limiter, nextAt: at + 1000 / perSecond } } };
}

function configuredRate(limits: LaneLimits): number {
  return limits.perMinute === undefined ? Infinity : 1000 / paceOf(limits.perMinute);
}

function configuredLimiter(limits: LaneLimits, now: number): LimiterState | undefined {
  if (limits.perMinute === undefined) return undefined;
  return { perSecond: configuredRate(limits), nextAt: now, raisedAt: now };
}

function nextLimiter(
  limiter: LimiterState | undefined,
  event: LaneEvent,
  limits: LaneLimits,
  now: number,
): LimiterState | undefined {
  const most = configuredRate(limits);
  if (event === "rate-limited") {
    if (!limiter) return { perSecond: Math.min(FIRST_RATE, most), nextAt: now, loweredAt: now, raisedAt: now };
    if (limiter.loweredAt !== undefined && now - limiter.loweredAt < 1000) return limiter;
    const perSecond = Math.max(Math.min(LOWEST_RATE, most), Math.min(limiter.perSecond, most) * DECREASE);
    return { ...limiter, perSecond, loweredAt: now, raisedAt: now };
  }
  if (event === "healthy" && limiter && limiter.perSecond < most) {
    const seconds = Math.min(1, Math.max(0, now - limiter.raisedAt) / 1000);
    return { ...limiter, perSecond: Math.min(most, limiter.perSecond + INCREASE * seconds), raisedAt: now };
  }
  return limiter;
}

function nextBreaker(breaker: BreakerState, event: LaneEvent, now: number, random: Random): BreakerState {
  if (event === "healthy") return { failures: 0, openings: 0 };
  if (event === "rate-limited") {
    // A surface that says "too fast" is there: a probe met by it has done its work.
    return breaker.probedAt === undefined ? breaker : { failures: 0, openings: 0 };
  }
  if (event === "inconclusive") {
    // A probe that came to nothing is none: the next one need not wait for its end.
    const { probedAt: _none, ...rest } = breaker;
    return rest;
  }
  const failures = breaker.failures + 1;
  const wasProbe = breaker.probedAt !== undefined;
  if (breaker.openUntil !== undefined && !wasProbe) return { ...breaker, failures };
  if (failures < BREAKER_THRESHOLD && !wasProbe) return { ...breaker, failures };
  const openings = breaker.openings + 1;
  const length = Math.min(BREAKER_LONGEST, BREAKER_FIRST * 2 ** (openings - 1));
  return { failures, openings, openUntil: now + length * (1 + BREAKER_JITTER * (2 * random() - 1)) };
}
