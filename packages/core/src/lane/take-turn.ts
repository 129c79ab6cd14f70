import type { LaneLimits, LaneState } from "./lane-state.ts";
import { type ReservedAsk, reserveAsk } from "./next-lane-state.ts";

/** How far ahead a turn is kept for an attempt, and for how long after its moment, in milliseconds. */
export const TURN_AHEAD = 1000;

/** What {@link takeTurn} gives. */
export type Turn =
  /** The question goes out now. `lane` is there when the turn was not kept before. */
  | { readonly kind: "now"; readonly lane?: LaneState }
  /** Its turn is within a second, and kept: `lane` is there when it was not kept before. */
  | { readonly kind: "soon"; readonly at: number; readonly lane?: LaneState }
  /** Its turn is farther off, and not kept. */
  | { readonly kind: "later"; readonly at: number; readonly reason: ReservedAsk["reason"] };

/**
 * Whose turn it is to ask on a lane. A question that has to wait takes its turn first and goes out in a second step, so
 * that what never goes out is never counted as asked. A turn that was missed by more than a second is void: late
 * questions would come on top of those whose turn it is. Pure.
 *
 * @param kept When the attempt's turn is, if it has taken one.
 */
export function takeTurn(lane: LaneState, limits: LaneLimits, kept: number | undefined, now: number): Turn {
  if (kept !== undefined && now - kept <= TURN_AHEAD) return kept <= now ? { kind: "now" } : { kind: "soon", at: kept };
  const reserved = reserveAsk(lane, limits, now);
  if (reserved.at <= now) return { kind: "now", lane: reserved.lane };
  if (reserved.at - now <= TURN_AHEAD) return { kind: "soon", at: reserved.at, lane: reserved.lane };
  return { kind: "later", at: reserved.at, reason: reserved.reason };
}
