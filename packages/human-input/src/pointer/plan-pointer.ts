import { type Box, type Random, seededRandom } from "@bentham/core";
import { clamp, drawInside, lognormal, normal } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { type Plan, planOf, type TimedEvent } from "../plan.ts";
import type { Hand } from "./hand.ts";
import { boxInSight, checkPoint } from "./box-in-sight.ts";
import { innerPart, isInside, onPixel, type Point } from "./point.ts";
import { POINTER_FIGURES } from "./pointer-figures.ts";
import { pointerPath } from "./pointer-path.ts";

/** Options of {@link planPointer} and of planClick. */
export interface PointerOptions {
  /** The size of what is seen of the page, in CSS pixels: pointers stop at its sides. @default no bound */
  readonly viewport?: { readonly width: number; readonly height: number } | null | undefined;
}

/** The width of the targets that times are known of, in CSS pixels. */
const USUAL_WIDTH = 60;

/** Shortest and longest way of the pointer, in milliseconds. */
const SHORTEST_WAY = 40;
const LONGEST_WAY = 5_000;

/**
 * Plans a way of the pointer into an element's inner part, at whole pixels. How long it takes follows Fitts's law. A
 * pointer that is there already stays where it is. Of an element that is in sight in part, that part is gone to.
 *
 * @param seed The same seed gives the same plan.
 * @throws BenthamError INVALID_REQUEST for places that are no finite numbers, and for a box that is nowhere in sight.
 */
export function planPointer(
  from: Point,
  wholeBox: Box,
  persona: Persona,
  seed: string,
  options: PointerOptions = {},
): Plan {
  const targetBox = boxInSight(wholeBox, options.viewport);
  checkPoint("from", from);
  if (isInside(from, innerPart(targetBox))) return planOf([]);
  const { hand } = persona;
  const to = endIn(from, targetBox, seededRandom(`${seed}/pointer-end`));
  const wayMs = timeOf(from, to, targetBox, hand, seededRandom(`${seed}/pointer-time`));
  const path = pointerPath(from, to, seededRandom(`${seed}/pointer-path`));
  const { width = Infinity, height = Infinity } = options.viewport ?? {};
  const events: TimedEvent[] = [];
  let last = from;
  for (let frame = 1; frame * hand.frameMs < wayMs; frame++) {
    const atMs = frame * hand.frameMs;
    const { x, y } = path(atMs / wayMs);
    const next = { x: clamp(Math.round(x), 0, width - 1), y: clamp(Math.round(y), 0, height - 1) };
    if (next.x === last.x && next.y === last.y) continue;
    events.push({ atMs, kind: "move", ...next });
    last = next;
  }
  // The pointer comes to its end at a frame as to everywhere else.
  const endMs = Math.max(1, Math.ceil(wayMs / hand.frameMs)) * hand.frameMs;
  if (to.x !== last.x || to.y !== last.y) events.push({ atMs: endMs, kind: "move", ...to });
  return planOf(events);
}

/** Plans a jump to an element's middle, in no time. */
export function planJump(targetBox: Box): Plan {
  const inner = innerPart(targetBox);
  const middle = onPixel({ x: inner.x + inner.width / 2, y: inner.y + inner.height / 2 }, inner);
  return planOf([{ atMs: 0, kind: "move", ...middle }]);
}

/** A place in the inner part of the element, spread along the way and across it. */
function endIn(from: Point, targetBox: Box, random: Random): Point {
  const { end } = POINTER_FIGURES;
  const inner = innerPart(targetBox);
  const middle = { x: inner.x + inner.width / 2, y: inner.y + inner.height / 2 };
  const heading = Math.atan2(middle.y - from.y, middle.x - from.x);
  const [cos, sin] = [Math.cos(heading), Math.sin(heading)];
  const draw = (): Point => {
    const along = normal(random, 0, end.along);
    const across = normal(random, 0, end.across);
    return {
      x: middle.x + (along * cos - across * sin) * targetBox.width,
      y: middle.y + (along * sin + across * cos) * targetBox.height,
    };
  };
  return onPixel(drawInside(draw, (place) => isInside(place, inner)) ?? middle, inner);
}

function timeOf(from: Point, to: Point, { width, height }: Box, { slowness }: Hand, random: Random): number {
  const { a, b, width: perWidth, deviation } = POINTER_FIGURES.time;
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const usual = Math.log2(distance / USUAL_WIDTH + 1);
  const difficulty = Math.log2(distance / Math.max(1, Math.min(width, height)) + 1);
  const typicalMs = Math.max(SHORTEST_WAY, a + b * usual + perWidth * (difficulty - usual));
  return clamp(lognormal(random, slowness * typicalMs, deviation), SHORTEST_WAY, LONGEST_WAY);
}
