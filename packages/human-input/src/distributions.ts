import type { Random } from "@bentham/core";

/** A number between two ends, all equally likely. */
export function uniform(random: Random, min: number, max: number): number {
  return min + random() * (max - min);
}

/** A number of the normal distribution (G. E. P. Box and M. E. Muller, 1958). */
export function normal(random: Random, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * random());
}

/** A number of the lognormal distribution of this median, no less than `min` and no more than `max`. */
export function lognormal(random: Random, median: number, deviation: number, min: number, max: number): number {
  return clamp(median * Math.exp(normal(random, 0, deviation)), min, max);
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
