import { type Box, seededRandom } from "@bentham/core";
import { clamp, lognormal, truncated } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { type Plan, planOf, type TimedEvent } from "../plan.ts";
import { planJump, planPointer, type PointerOptions } from "./plan-pointer.ts";
import type { Point } from "./point.ts";
import { POINTER_FIGURES } from "./pointer-figures.ts";

/**
 * Plans a way of the pointer to an element, and a click on it: a rest, and the button held for a time of `clickDelay`.
 *
 * @param seed The same seed gives the same plan.
 * @throws BenthamError INVALID_REQUEST for places that are no finite numbers, and for a box that is nowhere in sight.
 */
export function planClick(
  from: Point,
  targetBox: Box,
  persona: Persona,
  seed: string,
  options: PointerOptions = {},
): Plan {
  const way = planPointer(from, targetBox, persona, seed, options);
  const random = seededRandom(`${seed}/click`);
  const { dwell, hold } = POINTER_FIGURES;
  const { hand, config } = persona;
  const [min, max] = config.mouse.clickDelay;
  const rest = clamp(lognormal(random, dwell.median * hand.resting, dwell.deviation), 0, dwell.longest);
  const held = truncated(random, () => lognormal(random, hand.holdMs, hold.deviation), min, max);
  const downMs = Math.round(way.durationMs + rest);
  const press: TimedEvent[] = [
    { atMs: downMs, kind: "down" },
    { atMs: clamp(downMs + held, downMs + Math.ceil(min), downMs + Math.floor(max)), kind: "up" },
  ];
  return planOf([...way.events, ...press]);
}

/** Plans a click at an element's middle, with no way to it and no time. */
export function planJumpClick(targetBox: Box): Plan {
  return planOf([...planJump(targetBox).events, { atMs: 0, kind: "down" }, { atMs: 0, kind: "up" }]);
}
