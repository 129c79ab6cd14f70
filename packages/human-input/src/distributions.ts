import type { Random } from "@bentham/core";

/** Draws until one is in its range; a range that is missed so often is far from what people do. */
const MOST_DRAWS = 16;

/** A number between two ends, all equally likely. */
export function uniform(random: Random, min: number, max: number): number {
  return min + random() * (max - min);
}

/** A number of the normal distribution (G. E. P. Box and M. E. Muller, 1958). */
export function normal(random: Random, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * random());
}

/** A number of the lognormal distribution of this median; `deviation` is that of its logarithm. */
export function lognormal(random: Random, median: number, deviation: number): number {
  return median * Math.exp(normal(random, 0, deviation));
}

/** What `draw` gives that is inside, as `isInside` has it; undefined where it hardly ever is. */
export function drawInside<Value>(draw: () => Value, isInside: (value: Value) => boolean): Value | undefined {
  for (let tries = 0; tries < MOST_DRAWS; tries++) {
    const value = draw();
    if (isInside(value)) return value;
  }
  return undefined;
}

/** What `draw` gives, cut off at both ends of a range; where the two hardly meet, any number of the range. */
export function truncated(random: Random, draw: () => number, min: number, max: number): number {
  return drawInside(draw, (value) => value >= min && value <= max) ?? uniform(random, min, max);
}

/** A place in a list of shares that add up to 1, as likely as its share. */
export function pick(random: Random, shares: readonly number[]): number {
  let left = random();
  for (const [index, share] of shares.entries()) {
    left -= share;
    if (left < 0) return index;
  }
  return shares.length - 1;
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
