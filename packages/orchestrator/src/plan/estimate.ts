import { DEFAULT_RETRY_STRATEGY, laneOf, type RunPlan, type RunSettings } from "@bentham/core";

/** Slots of a lane that the study sets none for; as in the store. */
const DEFAULT_LANE_CONCURRENCY = 8;

/** What a run comes to, before anything is sent. */
export interface Estimate {
  readonly cells: number;
  /** Calls when nothing fails, and when every cell uses up its retries; both cut at the budget. */
  readonly calls: { readonly least: number; readonly most: number };
  readonly lanes: readonly LaneEstimate[];
  /** The time that the slowest lane needs at least, in milliseconds. */
  readonly leastMs: number;
}

/** What one lane of a run comes to. */
export interface LaneEstimate {
  readonly lane: string;
  readonly cells: number;
  readonly leastMs: number;
}

/**
 * Estimates a run.
 *
 * @param secondsPerCall What a call is taken to last; with it, concurrency bounds the time, and a rate limit does so too.
 */
export function estimate(plan: RunPlan, settings: RunSettings, concurrency: number, secondsPerCall: number): Estimate {
  const perSurface = plan.queries.length * plan.locations.length * plan.repeats;
  const lanes = plan.surfaces.map(({ id, credentialPool }) => {
    const lane = laneOf(id, credentialPool);
    const limits = settings.limits[lane] ?? {};
    const slots = Math.min(limits.concurrency ?? DEFAULT_LANE_CONCURRENCY, concurrency);
    const bySlots = (perSurface / slots) * secondsPerCall * 1000;
    const byRate = limits.perMinute === undefined ? 0 : (perSurface / limits.perMinute) * 60_000;
    return { lane, cells: perSurface, leastMs: Math.max(bySlots, byRate) };
  });
  const cells = perSurface * plan.surfaces.length;
  const tries = 1 + (settings.retry.maxRetries ?? DEFAULT_RETRY_STRATEGY.maxRetries);
  const budget = settings.budgetCalls ?? Infinity;
  return {
    cells,
    calls: { least: Math.min(cells, budget), most: Math.min(cells * tries, budget) },
    lanes,
    leastMs: Math.max((cells / concurrency) * secondsPerCall * 1000, ...lanes.map(({ leastMs }) => leastMs)),
  };
}
