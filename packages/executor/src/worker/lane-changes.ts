import type { LaneStatus } from "./worker-status.ts";

/** How far the end of a pause may be from what was told of it without being told again, in milliseconds. */
const TOLERANCE = 1000;

/** What has become of the lanes between two looks at them. */
export interface LaneChanges {
  /** Lanes that rest now, or now rest for another reason or time. */
  readonly paused: readonly LaneStatus[];
  /** Lanes that rested, and do so no more. */
  readonly resumed: readonly string[];
}

/** Compares the lanes of two looks. A lane that has no jobs left is in neither list. Pure. */
export function laneChanges(before: readonly LaneStatus[], after: readonly LaneStatus[]): LaneChanges {
  const known = new Map(before.map(({ lane, paused }) => [lane, paused]));
  return {
    paused: after.filter(({ lane, paused }) => paused && !isSame(known.get(lane), paused)),
    resumed: after.filter(({ lane, paused }) => !paused && known.get(lane)).map(({ lane }) => lane),
  };
}

function isSame(one: LaneStatus["paused"], other: NonNullable<LaneStatus["paused"]>): boolean {
  if (one?.reason !== other.reason) return false;
  if (!one.until || !other.until) return one.until === other.until;
  return Math.abs(one.until.getTime() - other.until.getTime()) < TOLERANCE;
}
