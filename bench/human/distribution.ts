/** A distribution function that rises in straight lines through (`at`, `level`), both in order; levels from 0 to 1. */
export interface DistributionFunction {
  readonly at: readonly number[];
  readonly level: readonly number[];
}

/** Fewest values that a distance is measured of. */
const FEWEST = 20;

/**
 * The distance of Kolmogorov and Smirnov between a sample and a distribution: the widest gap between the two
 * distribution functions. Each number of a metric of whole numbers stands for the half below it and the half above it.
 *
 * @param lattice 1 for a metric of whole numbers, otherwise 0.
 * @returns From 0 to 1.
 */
export function distanceTo(reference: DistributionFunction, sample: readonly number[], lattice: 0 | 1): number {
  const sorted = sample.toSorted((one, other) => one - other);
  let widest = 0;
  let below = 0;
  for (let index = 0; index < sorted.length; index++) {
    const value = sorted[index] ?? 0;
    if (sorted[index + 1] === value) continue;
    const share = (index + 1) / sorted.length;
    const leftGap = Math.abs(below - levelLeftOf(reference, value - lattice / 2));
    const rightGap = Math.abs(share - levelAt(reference, value + lattice / 2));
    widest = Math.max(widest, leftGap, rightGap);
    below = share;
  }
  return widest;
}

/**
 * The distance of a sample of which a share is missing, from 0 to 1: what is missing counts as wholly apart, as does a
 * sample of fewer than 20 values.
 */
export function distanceWithMissing(distance: number, values: number, missing: number): number {
  return values < FEWEST ? 1 : distance + (1 - distance) * missing;
}

/** The level that is reached at `value`; the highest one where the function jumps. */
function levelAt({ at, level }: DistributionFunction, value: number): number {
  let after = 0;
  let end = at.length;
  while (after < end) {
    const middle = (after + end) >> 1;
    if ((at[middle] ?? 0) <= value) after = middle + 1;
    else end = middle;
  }
  return between({ at, level }, value, after);
}

/** The level that is come to from the left of `value`; the lowest one where the function jumps. */
function levelLeftOf({ at, level }: DistributionFunction, value: number): number {
  let after = 0;
  let end = at.length;
  while (after < end) {
    const middle = (after + end) >> 1;
    if ((at[middle] ?? 0) < value) after = middle + 1;
    else end = middle;
  }
  if (at[after] === value) return after === 0 ? 0 : (level[after] ?? 1);
  return between({ at, level }, value, after);
}

/** The level at a value that lies before the place `after` and not before the one in front of it. */
function between({ at, level }: DistributionFunction, value: number, after: number): number {
  if (after === 0) return 0;
  if (after === at.length) return 1;
  const [fromAt = 0, toAt = 0] = [at[after - 1], at[after]];
  const [fromLevel = 0, toLevel = 0] = [level[after - 1], level[after]];
  return fromLevel + ((value - fromAt) / (toAt - fromAt)) * (toLevel - fromLevel);
}

/** The value of a distribution at a level from 0 to 1. */
export function quantileOf({ at, level }: DistributionFunction, wanted: number): number {
  const after = level.findIndex((one) => one >= wanted);
  const [to = at.at(-1) ?? Number.NaN, from = to] = [at[after], at[after - 1]];
  const [toLevel = 1, fromLevel = toLevel] = [level[after], level[after - 1]];
  return toLevel > fromLevel ? from + ((wanted - fromLevel) / (toLevel - fromLevel)) * (to - from) : to;
}

/**
 * The values at levels from 0 to 1: between two values in order a straight line, and for whole numbers those of the
 * function that rises by each number's share from a half below it to a half above it.
 */
export function quantilesOf(values: readonly number[], levels: readonly number[], lattice: 0 | 1): number[] {
  const sorted = values.toSorted((one, other) => one - other);
  return levels.map((level) => (lattice === 1 ? latticeQuantile(sorted, level) : plainQuantile(sorted, level)));
}

function plainQuantile(sorted: readonly number[], level: number): number {
  const place = (sorted.length - 1) * level;
  const low = Math.floor(place);
  const value = sorted[low] ?? Number.NaN;
  return value + (place - low) * ((sorted[low + 1] ?? value) - value);
}

function latticeQuantile(sorted: readonly number[], level: number): number {
  const place = sorted.length * level;
  const value = sorted[Math.max(0, Math.ceil(place) - 1)] ?? Number.NaN;
  const first = sorted.indexOf(value);
  const last = sorted.lastIndexOf(value);
  return value - 0.5 + (place - first) / (last + 1 - first);
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function medianOf(values: readonly number[]): number {
  return plainQuantile(
    values.toSorted((one, other) => one - other),
    0.5,
  );
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation of these values themselves, not of those they were drawn from. */
export function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

/** Pearson's correlation, from -1 to 1; 0 where one side does not vary. */
export function correlationOf(ones: readonly number[], others: readonly number[]): number {
  const [one, other] = [meanOf(ones), meanOf(others)];
  const together = meanOf(ones.map((value, index) => (value - one) * ((others[index] ?? other) - other)));
  const apart = deviationOf(ones) * deviationOf(others);
  return apart > 0 ? together / apart : 0;
}

/** At most `cap` of the values, evenly spaced in their order. */
export function thinned<Value>(values: readonly Value[], cap: number): readonly Value[] {
  if (values.length <= cap) return values;
  return Array.from({ length: cap }, (_, place) => values[Math.floor(((place + 0.5) * values.length) / cap)]).filter(
    (value) => value !== undefined,
  );
}
