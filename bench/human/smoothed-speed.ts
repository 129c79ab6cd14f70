import { placeAt, type Sample } from "./sample.ts";

/** Milliseconds from one speed to the next, where a movement is long enough. */
const STEP_MS = 10;
const FEWEST_PLACES = 4;
const SHORT_PLACES = 6;

/** Copies of the first and the last place at the ends. */
const PADDING = 6;

/** The Gaussian filter: its deviation and its reach, in places. */
const SIGMA = 2;
const REACH = 8;

/** The speeds of a movement, smoothed by a Gaussian filter of 2 places of 10 ms. */
export interface SmoothedSpeeds {
  /** In pixels a millisecond. */
  readonly perMs: readonly number[];
  /** From the first sample; before it and after the last one the pointer stands. */
  readonly timesMs: readonly number[];
}

export function smoothedSpeeds(samples: readonly Sample[]): SmoothedSpeeds {
  const start = samples[0]?.atMs ?? 0;
  const moveTime = (samples.at(-1)?.atMs ?? 0) - start;
  const regular = Math.floor(moveTime / STEP_MS) + 1;
  const isShort = regular < FEWEST_PLACES;
  const stepMs = isShort ? moveTime / (SHORT_PLACES - 1) : STEP_MS;
  const places = Array.from({ length: isShort ? SHORT_PLACES : regular }, (_, index) =>
    placeAt(samples, start + index * stepMs),
  );
  const xs = smoothed(padded(places.map(({ x }) => x)));
  const ys = smoothed(padded(places.map(({ y }) => y)));
  const dxs = slopes(xs);
  const dys = slopes(ys);
  return {
    perMs: dxs.map((dx, index) => Math.hypot(dx, dys[index] ?? 0) / stepMs),
    timesMs: dxs.map((_, index) => (index - PADDING) * stepMs),
  };
}

function padded(values: readonly number[]): number[] {
  return [...copies(values[0]), ...values, ...copies(values.at(-1))];
}

function copies(value: number | undefined): number[] {
  return Array.from({ length: PADDING }, () => value ?? 0);
}

const WEIGHTS = Array.from({ length: 2 * REACH + 1 }, (_, index) => Math.exp(-(((index - REACH) / SIGMA) ** 2) / 2));
const SUM = WEIGHTS.reduce((sum, weight) => sum + weight, 0);

function smoothed(values: readonly number[]): number[] {
  return values.map((_, place) =>
    WEIGHTS.reduce((sum, weight, index) => {
      const at = Math.min(values.length - 1, Math.max(0, place + index - REACH));
      return sum + (weight / SUM) * (values[at] ?? 0);
    }, 0),
  );
}

/** Central differences, one-sided at the ends. */
function slopes(values: readonly number[]): number[] {
  return values.map((value, index) => {
    const before = values[index - 1];
    const after = values[index + 1];
    if (before === undefined) return (after ?? value) - value;
    return after === undefined ? value - before : (after - before) / 2;
  });
}
