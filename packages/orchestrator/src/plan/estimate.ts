import {
  DEFAULT_RETRY_STRATEGY,
  highestCost,
  laneOf,
  NANOS_PER_USD,
  paceOf,
  type RunPlan,
  type RunSettings,
} from "@bentham/core";

/** Slots of a lane that the study sets none for; as in the store. */
const DEFAULT_LANE_CONCURRENCY = 8;

/** Share of calls that is taken to fail, and to be made again, for what a run is likely to need. */
const LIKELY_FAILURES = 0.05;

/** What a run comes to, before anything is sent. */
export interface Estimate {
  readonly cells: number;
  /**
   * Calls when nothing fails; when one in twenty does and is made again; and when every call fails until the retries are
   * used up. All cut at the budget.
   */
  readonly calls: { readonly least: number; readonly likely: number; readonly most: number };
  readonly lanes: readonly LaneEstimate[];
  /** The most that it can cost in US dollars, by the prices the operator states; absent without any. */
  readonly usdAtMost?: number;
  /** The time that the run needs at least, in milliseconds. */
  readonly leastMs: number;
}

/** What one lane of a run comes to. */
export interface LaneEstimate {
  readonly lane: string;
  readonly cells: number;
  /** The time that it needs at least, in milliseconds. */
  readonly leastMs: number;
}

/**
 * Estimates a run. Times are lower bounds: nothing fails, and no surface says that it is asked too fast.
 *
 * @param concurrency Jobs in hand at once.
 * @param secondsPerCall What a call is taken to last.
 */
export function estimate(plan: RunPlan, settings: RunSettings, concurrency: number, secondsPerCall: number): Estimate {
  const perSurface = plan.queries.length * plan.locations.length * plan.repeats;
  const cells = perSurface * plan.surfaces.length;
  const { budgetCalls = Infinity, retry } = settings;
  const atMost = (calls: number): number => Math.min(Math.ceil(calls), budgetCalls);
  const least = atMost(cells);
  const callMs = secondsPerCall * 1000;
  const lanes = plan.surfaces.map(({ id, credentialPool }) => {
    const lane = laneOf(id, credentialPool);
    const { concurrency: slots = DEFAULT_LANE_CONCURRENCY, perMinute = Infinity } = settings.limits[lane] ?? {};
    // A run that its budget stops has asked all surfaces about equally often.
    const calls = cells === 0 ? 0 : Math.ceil((least * perSurface) / cells);
    const bySlots = Math.ceil(calls / Math.min(slots, concurrency)) * callMs;
    const byRate = calls === 0 ? 0 : (calls - 1) * paceOf(perMinute) + callMs;
    return { lane, cells: perSurface, leastMs: Math.max(bySlots, byRate) };
  });
  const tries = 1 + (retry.maxRetries ?? DEFAULT_RETRY_STRATEGY.maxRetries);
  const likely = (cells * (1 - LIKELY_FAILURES ** tries)) / (1 - LIKELY_FAILURES);
  const usdAtMost = highestCostOf(plan, settings, tries);
  return {
    cells,
    ...(usdAtMost === undefined ? {} : { usdAtMost }),
    calls: { least, likely: atMost(likely), most: atMost(cells * tries) },
    lanes,
    leastMs: Math.max(Math.ceil(least / concurrency) * callMs, ...lanes.map(({ leastMs }) => leastMs)),
  };
}

/** What a run costs when every question costs the most it can, and is asked as often as the retries allow. */
function highestCostOf(
  plan: RunPlan,
  { prices, budgetUsd = Infinity }: RunSettings,
  tries: number,
): number | undefined {
  if (!prices) return undefined;
  const asks = plan.locations.length * plan.repeats * tries;
  const nanos = plan.surfaces.map(({ id, settings }) => {
    const price = Object.hasOwn(prices, id) ? prices[id] : undefined;
    if (!price) return 0;
    return plan.queries.reduce((sum, { text }) => sum + highestCost(text, settings, price) * asks, 0);
  });
  return Math.min(budgetUsd, nanos.reduce((sum, cost) => sum + cost, 0) / NANOS_PER_USD);
}
