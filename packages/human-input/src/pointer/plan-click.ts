import { type Box, seededRandom } from "@bentham/core";
import { clamp, lognormal, truncated } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { type Plan, planOf, type Step } from "../plan.ts";
import { planPointer } from "./plan-pointer.ts";
import { innerPart, onPixel, type Point } from "./point.ts";

/** How long the pointer rests on what it will click, in milliseconds. */
const DWELL = { median: 55, deviation: 1.05, longest: 600 } as const;

/** How long the button is held, in milliseconds, where the configuration's range has room for it. */
const HOLD = { median: 79, deviation: 0.3 } as const;

/**
 * Plans a way of the pointer to an element, and a click on it. The rest before the button and its hold are fitted to
 * public data of mouse clicks.
 *
 * @param seed The same seed gives the same plan.
 */
export function planClick(from: Point, targetBox: Box, persona: Persona, seed: string): Plan {
  const way = planPointer(from, targetBox, persona, seed);
  const random = seededRandom(`${seed}/click`);
  const [min, max] = persona.config.mouse.clickDelay;
  const dwell = clamp(lognormal(random, DWELL.median, DWELL.deviation), 0, DWELL.longest);
  const hold = truncated(random, () => lognormal(random, HOLD.median, HOLD.deviation), min, max);
  const downMs = Math.round(way.durationMs + dwell);
  const press: Step[] = [
    { atMs: downMs, kind: "down" },
    { atMs: clamp(downMs + hold, downMs + Math.ceil(min), downMs + Math.floor(max)), kind: "up" },
  ];
  return planOf([...way.steps, ...press]);
}

/** Plans a click at an element's middle, with no way to it and no time. */
export function planJumpClick(targetBox: Box): Plan {
  const { x, y, width, height } = innerPart(targetBox);
  const middle = onPixel({ x: x + width / 2, y: y + height / 2 }, { x, y, width, height });
  return planOf([
    { atMs: 0, kind: "move", ...middle },
    { atMs: 0, kind: "down" },
    { atMs: 0, kind: "up" },
  ]);
}
