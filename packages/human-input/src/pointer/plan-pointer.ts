import { type Box, type Random, seededRandom } from "@bentham/core";
import { lognormal, normal, truncated } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { type Plan, planOf, type Step } from "../plan.ts";
import { innerPart, onPixel, type Point } from "./point.ts";
import { pointerPath } from "./pointer-path.ts";

/** Time between two places of the pointer, in milliseconds: a page is told of one a frame. */
const FRAME_MS = 1000 / 60;

/** How the time of a way varies about Fitts's law: the deviation of its logarithm. */
const TIME_DEVIATION = 0.3;

/** Longest way of the pointer, in milliseconds. */
const LONGEST_WAY = 5_000;

/** Where ways end: the deviation from the middle, as a share of the width and of the height. */
const SPREAD = { x: 0.25, y: 0.22 } as const;

/**
 * Plans a way of the pointer into an element's inner part. How long it takes follows Fitts's law.
 *
 * @param seed The same seed gives the same plan.
 */
export function planPointer(from: Point, targetBox: Box, persona: Persona, seed: string): Plan {
  const to = endIn(targetBox, seededRandom(`${seed}/pointer-end`));
  const wayMs = timeOf(from, to, targetBox, persona, seededRandom(`${seed}/pointer-time`));
  const path = pointerPath(from, to, seededRandom(`${seed}/pointer-path`));
  const steps: Step[] = [];
  let last = from;
  for (let atMs = FRAME_MS; atMs < wayMs; atMs += FRAME_MS) {
    const { x, y } = path(atMs / wayMs);
    const next = { x: Math.max(0, Math.round(x)), y: Math.max(0, Math.round(y)) };
    if (next.x === last.x && next.y === last.y) continue;
    steps.push({ atMs, kind: "move", ...next });
    last = next;
  }
  if (to.x !== last.x || to.y !== last.y) steps.push({ atMs: Math.max(wayMs, FRAME_MS), kind: "move", ...to });
  return planOf(steps);
}

function endIn(targetBox: Box, random: Random): Point {
  const inner = innerPart(targetBox);
  const along = (start: number, length: number, deviation: number): number =>
    truncated(random, () => normal(random, start + length / 2, length * deviation), start, start + length);
  const end = { x: along(inner.x, inner.width, SPREAD.x), y: along(inner.y, inner.height, SPREAD.y) };
  return onPixel(end, inner);
}

function timeOf(from: Point, to: Point, { width, height }: Box, { fitts }: Persona, random: Random): number {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const difficulty = Math.log2(distance / Math.max(1, Math.min(width, height)) + 1);
  return Math.min(LONGEST_WAY, lognormal(random, fitts.a + fitts.b * difficulty, TIME_DEVIATION));
}
