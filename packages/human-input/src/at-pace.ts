import { type Plan, planOf } from "./plan.ts";

/** Share of people's time that a brisk plan takes. */
export const BRISK = 0.25;

/**
 * The same events in another time.
 *
 * @param share Of the plan's time: 0.25 is four times as fast.
 */
export function atPace(plan: Plan, share: number): Plan {
  if (share === 1) return plan;
  return planOf(
    plan.events.map((event) => ({ ...event, atMs: event.atMs * share })),
    plan.finalText,
  );
}
