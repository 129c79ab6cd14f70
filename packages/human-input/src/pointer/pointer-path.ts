import type { Random } from "@bentham/core";
import { clamp, lognormal, normal, uniform } from "../distributions.ts";
import type { Point } from "./point.ts";
import { POINTER_FIGURES } from "./pointer-figures.ts";

/** A stroke of the hand: a way in a direction, with a speed that rises and falls as a lognormal impulse. */
interface Stroke {
  readonly by: Point;
  /** When it begins, and its median time from then; 1 is about the median time of a primary stroke. */
  readonly start: number;
  readonly median: number;
  readonly sigma: number;
}

/** The way of a hand: where it is after a share of its time, from 0, when it begins to be seen, to 1, at the target. */
export type PointerPath = (share: number) => Point;

/** How near to the target a hand is that has come, and how far from its start one that has left, in CSS pixels. */
const THERE = 0.6;

/** On shorter ways than that, in CSS pixels, the hand goes less astray. */
const SHORT_WAY = 60;

/** Places at which a way is looked at to see when it begins and ends. */
const LOOKS = 160;

/** A lognormal stroke is done after that many of its deviations. */
const TAIL = 3;

/**
 * The way of a hand from one point to another: the sum of lognormal strokes (R. Plamondon's kinematic theory, Biological
 * Cybernetics 72, 1995; arXiv 2401.16519), fitted to public data of mouse clicks. People are fastest at 28 % of the time,
 * with 4 times their mean speed, where a minimum-jerk way has 50 % and 1.9.
 */
export function pointerPath(from: Point, to: Point, random: Random): PointerPath {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  if (distance === 0) return () => to;
  const [primary, ...others] = strokesBetween(from, to, distance, random);
  const strokes = [primary, ...others];
  const bend = bendOf(random) * distance;
  const across = { x: -(to.y - from.y) / distance, y: (to.x - from.x) / distance };
  const placeAt = (time: number): Point => {
    const aside = bend * Math.sin(Math.PI * progress(primary, time));
    const place = { x: from.x + across.x * aside, y: from.y + across.y * aside };
    for (const stroke of strokes) {
      const done = progress(stroke, time);
      place.x += stroke.by.x * done;
      place.y += stroke.by.y * done;
    }
    return place;
  };
  const { start, end } = seenOf(placeAt, from, to, Math.max(...strokes.map(endOf)));
  const last = placeAt(end);
  return (share) => {
    if (share >= 1) return to;
    const { x, y } = placeAt(start + share * (end - start));
    const rest = share * share * (3 - 2 * share); // Lognormal strokes never quite end.
    return { x: x + (to.x - last.x) * rest, y: y + (to.y - last.y) * rest };
  };
}

function endOf({ start, median, sigma }: Stroke): number {
  return start + median * Math.exp(TAIL * sigma);
}

/** From when to when a way is seen: from where it leaves its start to where it stays at its end. */
function seenOf(
  placeAt: (time: number) => Point,
  from: Point,
  to: Point,
  until: number,
): { readonly start: number; readonly end: number } {
  const times = Array.from({ length: LOOKS + 1 }, (_, look) => (look / LOOKS) * until);
  const places = times.map(placeAt);
  const left = places.findIndex(({ x, y }) => Math.hypot(x - from.x, y - from.y) > THERE);
  const away = places.findLastIndex(({ x, y }) => Math.hypot(x - to.x, y - to.y) > THERE);
  const start = times[Math.max(0, left - 1)] ?? 0;
  return { start, end: Math.max(times[Math.min(LOOKS, away + 1)] ?? until, start + until / LOOKS) };
}

/** The primary stroke, and the others. */
function strokesBetween(from: Point, to: Point, distance: number, random: Random): [Stroke, ...Stroke[]] {
  const { primary, correction, stray, detour } = POINTER_FIGURES;
  const gain = clamp(normal(random, primary.gain, primary.gainDeviation), 0.25, 1.45);
  const way = { x: (to.x - from.x) * gain, y: (to.y - from.y) * gain };
  const median = lognormal(random, primary.median, primary.medianDeviation);
  const strays = random() < stray.chance;
  const near = Math.min(1, distance / SHORT_WAY);
  const first: Stroke = {
    by: turned(way, clamp(studentOf4(random) * primary.askew, -0.8, 0.8)),
    start: strays ? lognormal(random, stray.before, stray.beforeDeviation) : 0,
    median,
    sigma: lognormal(random, primary.sigma, primary.sigmaDeviation),
  };
  const strokes: [Stroke, ...Stroke[]] = [first];
  let left = { x: to.x - from.x - first.by.x, y: to.y - from.y - first.by.y };
  const add = (stroke: Stroke): void => {
    strokes.push(stroke);
    left = { x: left.x - stroke.by.x, y: left.y - stroke.by.y };
  };
  if (strays) {
    add({
      by: somewhere(stray.share * distance + stray.pixels * near, random),
      start: 0,
      median: stray.median,
      sigma: stray.sigma,
    });
  }
  let start = first.start + median * correction.first;
  if (random() < detour.chance) {
    const by = somewhere(detour.share * distance + detour.pixels * near, random);
    add({ by, start: uniform(random, 0, 2), median: correction.median, sigma: correction.sigma });
  }
  for (let count = 0; count < correction.most && Math.hypot(left.x, left.y) >= correction.enough; count++) {
    const isLast = count === correction.most - 1;
    const share = isLast ? 1 : clamp(normal(random, correction.gain, correction.gainDeviation), 0.2, 1.6);
    const by = turned({ x: left.x * share, y: left.y * share }, isLast ? 0 : normal(random, 0, correction.askew));
    const slow = lognormal(random, correction.median, correction.medianDeviation);
    add({ by, start, median: slow, sigma: correction.sigma });
    start += lognormal(random, correction.after, correction.afterDeviation);
  }
  return strokes;
}

/** Farthest that a hand goes astray, in CSS pixels. */
const LONGEST_ASTRAY = 700;

/** A way into any direction, of an exponential length. */
function somewhere(mean: number, random: Random): Point {
  const length = Math.min(LONGEST_ASTRAY, -Math.log(1 - random()) * mean);
  return turned({ x: length, y: 0 }, uniform(random, 0, 2 * Math.PI));
}

function bendOf(random: Random): number {
  const { straight, small, large } = POINTER_FIGURES.bend;
  return normal(random, 0, random() < straight ? small : large);
}

/** How much of a stroke is done at a time: the lognormal distribution function. */
function progress({ start, median, sigma }: Stroke, time: number): number {
  return time <= start ? 0 : normalDistribution(Math.log((time - start) / median) / sigma);
}

/** The standard normal distribution function, to 0.0002 (E. Page, Applied Statistics 26, 1977). */
function normalDistribution(value: number): number {
  return 1 / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * value * (1 + 0.044_715 * value * value)));
}

/** A number of Student's distribution with 4 degrees of freedom. */
function studentOf4(random: Random): number {
  let squares = 0;
  for (let count = 0; count < 4; count++) squares += normal(random, 0, 1) ** 2;
  return normal(random, 0, 1) / Math.sqrt(squares / 4);
}

function turned({ x, y }: Point, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}
