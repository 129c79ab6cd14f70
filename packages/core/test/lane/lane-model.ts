import { type LaneEvent, type LaneLimits, type LaneState, nextLaneState, reserveAsk } from "@bentham/core";
import * as fc from "fast-check";

/** What happens to a lane: time goes by, a question is wanted, or an attempt ends. */
export type LaneStep =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "ask" }
  | { readonly kind: "end"; readonly event: LaneEvent };

/** Mostly failures, so that the breaker opens, and the moments about the end of its time, where workers meet. */
const event = fc.oneof(
  { weight: 5, arbitrary: fc.constant<LaneEvent>("unhealthy") },
  { weight: 1, arbitrary: fc.constantFrom<LaneEvent>("healthy", "rate-limited") },
);
const ms = fc.oneof(fc.constantFrom(100, 900, 4500, 9500), fc.integer({ min: 0, max: 20_000 }));

export const laneStep: fc.Arbitrary<LaneStep> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms }) },
  { weight: 4, arbitrary: fc.constant({ kind: "ask" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("end" as const),
      event,
    }),
  },
);

/** One moment of a lane's life. */
export interface LaneMoment {
  readonly now: number;
  readonly step: LaneStep;
  readonly before: LaneState;
  readonly after: LaneState;
  /** When the question goes out that was let out at this moment. */
  readonly askAt?: number;
}

/**
 * Plays `steps` as a store does: a question that would have to wait for more than a second is not reserved. A state is
 * frozen once the lane has left it, so that a change in place throws.
 */
export function playLane(
  first: LaneState,
  limits: LaneLimits,
  steps: readonly LaneStep[],
  random: () => number,
): LaneMoment[] {
  let lane = first;
  let now = 0;
  return steps.map((step): LaneMoment => {
    const before = lane;
    for (const state of [lane, lane.breaker, lane.limiter]) Object.freeze(state);
    if (step.kind === "wait") now += step.ms;
    if (step.kind === "end") lane = nextLaneState(lane, step.event, limits, now, random);
    if (step.kind !== "ask") return { now, step, before, after: lane };
    const reserved = reserveAsk(lane, limits, now);
    if (reserved.at - now > 1000) return { now, step, before, after: lane };
    lane = reserved.lane;
    return { now, step, before, after: lane, askAt: reserved.at };
  });
}
