import type { Random } from "@bentham/core";
import { lognormal, normal, pick, uniform } from "../distributions.ts";
import type { Point } from "./point.ts";

/** A stroke of the hand: a way in a direction, with a speed that rises and falls as a lognormal impulse. */
interface Stroke {
  readonly by: Point;
  /** When it begins, and its median time from then, in shares of the whole time. */
  readonly start: number;
  readonly median: number;
  readonly sigma: number;
}

/** How often the hand starts out somewhere else, and how far it gets, as a share of the distance. */
const STRAY = { chance: 0.29, share: 0.15 } as const;

/** The first stroke to the target: how much of the way it covers, and how fast. */
const PRIMARY = {
  gain: 0.77,
  gainDeviation: 0.35,
  askew: 0.1,
  median: 0.16,
  medianDeviation: 0.35,
  sigma: 0.39,
} as const;

/** Strokes that follow until no more is left than `enough`, in CSS pixels. */
const CORRECTION = { most: 3, enough: 6, gain: 0.9, gainDeviation: 0.25, median: 0.12, sigma: 0.3 } as const;

/** When corrections begin, in shares of the whole time. */
const CORRECTIONS_FROM = 0.25;
const CORRECTIONS_TO = 0.75;

/** How far ways bend to a side, as a share of the distance. */
const BEND = 0.16;

/**
 * The way of a hand, as where it is after a share of its time, from 0 to 1; it is at `to` at 1.
 *
 * The sum of lognormal strokes (R. Plamondon's kinematic theory, Biological Cybernetics 72, 1995; arXiv 2401.16519),
 * fitted to public data of mouse clicks: people are fastest at 28 % of the time, with 3.9 times their mean speed, where
 * a minimum-jerk way has 50 % and 1.9.
 */
export function pointerPath(from: Point, to: Point, random: Random): (share: number) => Point {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const strokes = strokesBetween(from, to, distance, random);
  const bend = normal(random, 0, BEND) * distance;
  const across = { x: -(to.y - from.y) / distance, y: (to.x - from.x) / distance };
  const [primary] = strokes;
  const drawn = (share: number): Point => {
    const aside = primary ? bend * Math.sin(Math.PI * progress(primary, share)) : 0;
    const sum = { x: from.x + across.x * aside, y: from.y + across.y * aside };
    for (const stroke of strokes) {
      sum.x += stroke.by.x * progress(stroke, share);
      sum.y += stroke.by.y * progress(stroke, share);
    }
    return sum;
  };
  const end = drawn(1);
  return (share) => {
    if (distance === 0 || share >= 1) return to;
    const { x, y } = drawn(share);
    const rest = share * share * (3 - 2 * share); // Lognormal strokes never quite end.
    return { x: x + (to.x - end.x) * rest, y: y + (to.y - end.y) * rest };
  };
}

/** The primary stroke, and the others. */
function strokesBetween(from: Point, to: Point, distance: number, random: Random): Stroke[] {
  const askew = studentOf4(random) * PRIMARY.askew;
  const gain = Math.min(1.2, Math.max(0.3, normal(random, PRIMARY.gain, PRIMARY.gainDeviation)));
  const way = { x: (to.x - from.x) * gain, y: (to.y - from.y) * gain };
  const by = turned(way, Math.min(0.5, Math.max(-0.5, askew)));
  const median = PRIMARY.median * Math.exp(normal(random, 0, PRIMARY.medianDeviation));
  const strokes: Stroke[] = [{ by, start: 0, median, sigma: PRIMARY.sigma }];
  let left = { x: to.x - from.x - by.x, y: to.y - from.y - by.y };
  if (pick(random, [STRAY.chance, 1 - STRAY.chance]) === 0) {
    const length = -Math.log(1 - random()) * STRAY.share * distance;
    const stray = turned({ x: length, y: 0 }, uniform(random, 0, 2 * Math.PI));
    strokes.push({ by: stray, start: 0, median: CORRECTION.median, sigma: CORRECTION.sigma });
    left = { x: left.x - stray.x, y: left.y - stray.y };
  }
  for (let count = 0; count < CORRECTION.most && Math.hypot(left.x, left.y) >= CORRECTION.enough; count++) {
    const isLast = count === CORRECTION.most - 1;
    const share = isLast ? 1 : normal(random, CORRECTION.gain, CORRECTION.gainDeviation);
    const start = CORRECTIONS_FROM + ((CORRECTIONS_TO - CORRECTIONS_FROM) * count) / CORRECTION.most;
    const part = { x: left.x * share, y: left.y * share };
    strokes.push({ by: part, start, median: lognormal(random, CORRECTION.median, 0.2), sigma: CORRECTION.sigma });
    left = { x: left.x - part.x, y: left.y - part.y };
  }
  return strokes;
}

/** How much of a stroke is done after a share of the whole time: the lognormal distribution function. */
function progress({ start, median, sigma }: Stroke, share: number): number {
  return share <= start ? 0 : normalDistribution(Math.log((share - start) / median) / sigma);
}

/** The standard normal distribution function, to 0.0002 (E. Page, Applied Statistics 26, 1977). */
function normalDistribution(value: number): number {
  return 1 / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * value * (1 + 0.044_715 * value * value)));
}

/** A number of Student's distribution with 4 degrees of freedom. */
function studentOf4(random: Random): number {
  const squares = [1, 2, 3, 4].map(() => normal(random, 0, 1) ** 2).reduce((sum, square) => sum + square, 0);
  return normal(random, 0, 1) / Math.sqrt(squares / 4);
}

function turned({ x, y }: Point, angle: number): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}
