import { type Box, seededRandom } from "@bentham/core";
import { clamp, lognormal, normal, uniform } from "./distributions.ts";
import type { Persona } from "./persona.ts";
import { type Plan, planOf, type Step } from "./plan.ts";

/** A place on the page, in CSS pixels from the upper left corner of the viewport. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Time between two places of the pointer, in milliseconds: a page sees no more than one a frame. */
const FRAME_MS = 1000 / 60;

/** Share of a box, at each of its sides, that is not aimed at. */
const RIM = 0.2;

/** How long the pointer rests on what it will click, in milliseconds. */
const DWELL = { median: 55, deviation: 0.8, min: 10, max: 400 } as const;

/**
 * Plans a way of the pointer to an element and a click on it. The way is a Bézier curve; how long it takes follows Fitts's
 * law, and its speed rises fast and falls slowly, as people's does: its peak is at a third of the time.
 *
 * @param seed The same seed gives the same plan.
 */
export function planClick(from: Point, box: Box, persona: Persona, seed: string): Plan {
  const random = seededRandom(`${seed}/click`);
  const to = {
    x: box.x + box.width * clamp(normal(random, 0.5, 0.15), RIM, 1 - RIM),
    y: box.y + box.height * clamp(normal(random, 0.5, 0.15), RIM, 1 - RIM),
  };
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const difficulty = Math.log2(distance / Math.max(1, Math.min(box.width, box.height)) + 1);
  const wayMs = distance < 1 ? 0 : lognormal(random, persona.fitts.a + persona.fitts.b * difficulty, 0.2, 50, 4000);
  const bend = (): number => normal(random, 0, 0.12) * distance;
  const first = bentPoint(from, to, 0.3, bend());
  const second = bentPoint(from, to, 0.75, bend() / 2);
  const steps: Step[] = [];
  for (let atMs = FRAME_MS; atMs < wayMs; atMs += FRAME_MS) {
    const share = progress(atMs / wayMs);
    steps.push({ atMs, kind: "move", ...rounded(bezier(from, first, second, to, share)) });
  }
  const arrivedMs = Math.max(wayMs, FRAME_MS);
  steps.push({ atMs: arrivedMs, kind: "move", ...rounded(to) });
  const downMs = arrivedMs + lognormal(random, DWELL.median, DWELL.deviation, DWELL.min, DWELL.max);
  const upMs = downMs + uniform(random, ...persona.config.mouse.clickDelay);
  steps.push({ atMs: downMs, kind: "buttonDown" }, { atMs: upMs, kind: "buttonUp" });
  return planOf(steps, upMs);
}

/** Rises from 0 to 1, fastest at a third of the way. */
function progress(time: number): number {
  return 1 - (1 - time ** 1.5) ** 2.6;
}

/** A point some share along a line, and beside it. */
function bentPoint(from: Point, to: Point, share: number, aside: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return {
    x: from.x + (to.x - from.x) * share - ((to.y - from.y) / length) * aside,
    y: from.y + (to.y - from.y) * share + ((to.x - from.x) / length) * aside,
  };
}

/** A point of a cubic Bézier curve. */
function bezier(from: Point, first: Point, second: Point, to: Point, share: number): Point {
  const rest = 1 - share;
  const weights = [rest ** 3, 3 * rest ** 2 * share, 3 * rest * share ** 2, share ** 3] as const;
  const mix = (axis: "x" | "y"): number =>
    weights[0] * from[axis] + weights[1] * first[axis] + weights[2] * second[axis] + weights[3] * to[axis];
  return { x: mix("x"), y: mix("y") };
}

function rounded({ x, y }: Point): Point {
  return { x: Math.max(0, Math.round(x)), y: Math.max(0, Math.round(y)) };
}
