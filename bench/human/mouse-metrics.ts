import { type RecordedEvent, type RecordedMovement, rounded } from "./recorded-input.ts";
import { placeAt, type Sample } from "./sample.ts";
import { smoothedSpeeds } from "./smoothed-speed.ts";

/** What is measured of one movement, with its distance in pixels. */
export type MovementMetrics = ReadonlyMap<string, number>;

/** A longer rest, in milliseconds, is before a movement and no part of it. */
const LONGEST_GAP = 200;

/** From here on a rest before the press makes a movement invalid, in milliseconds. */
const LONGEST_DWELL = 2_000;

const FEWEST_SAMPLES = 4;
const SHORTEST = 30;

/** Segments of that length or less, in pixels, have no heading. */
const NO_HEADING = 3;

/** The share of the greatest speed by which a peak stands out that counts. */
const PROMINENCE = 0.08;

/**
 * What is measured of the movement before the first press: `moveTime`, `peakTime`, `peakRatio`, `peaks`, `halfProgress`,
 * `straightness`, `maxDeviation`, `overshoot`, `turn`, `eventGap`, `dwell`, `clickHold`, and its `distance`; undefined for
 * one that is too short, too sparse, or without a click.
 */
export function mouseMetrics({ events }: RecordedMovement): MovementMetrics | undefined {
  const press = events.find(([, kind]) => kind === "down");
  const release = events.find(([at, kind]) => kind === "up" && press !== undefined && at >= press[0]);
  if (!press || !release) return undefined;
  const samples = samplesOf(events, press[0]);
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || samples.length < FEWEST_SAMPLES) return undefined;
  const distance = Math.hypot(last.x - first.x, last.y - first.y);
  const moveTime = last.atMs - first.atMs;
  const dwell = rounded(press[0]) - last.atMs;
  if (distance < SHORTEST || moveTime <= 0 || dwell < 0 || dwell >= LONGEST_DWELL) return undefined;
  const speeds = smoothedSpeeds(samples);
  const fastest = speeds.perMs.reduce((best, speed, index) => (speed > (speeds.perMs[best] ?? 0) ? index : best), 0);
  const topSpeed = speeds.perMs[fastest] ?? 0;
  const along = alongAndAcross(first, last, distance);
  const ways = samples.map(along);
  const gaps = samples.slice(1).map(({ atMs }, index) => atMs - (samples[index]?.atMs ?? 0));
  return new Map([
    ["moveTime", moveTime],
    ["peakTime", Math.min(1, Math.max(0, (speeds.timesMs[fastest] ?? 0) / moveTime))],
    ["peakRatio", topSpeed / (distance / moveTime)],
    ["peaks", countPeaks(speeds.perMs, PROMINENCE * topSpeed)],
    ["halfProgress", along(placeAt(samples, first.atMs + moveTime / 2)).progress / distance],
    ["straightness", distance / lengthOf(samples)],
    ["maxDeviation", Math.max(...ways.map(({ aside }) => Math.abs(aside))) / distance],
    ["overshoot", rounded(Math.max(0, Math.max(...ways.map(({ progress }) => progress)) - distance))],
    ["turn", meanTurn(samples)],
    ["eventGap", gaps.toSorted((one, other) => one - other)[(gaps.length - 1) >> 1] ?? 0],
    ["dwell", dwell],
    ["clickHold", rounded(release[0]) - rounded(press[0])],
    ["distance", distance],
  ]);
}

/** The places of the movement that a press ends, after the last long rest. */
export function samplesOf(events: readonly RecordedEvent[], pressMs: number): Sample[] {
  const kept: Sample[] = [];
  for (const [at, kind, x, y] of events) {
    if (kind !== "move" || at > pressMs || typeof x !== "number" || y === undefined) continue;
    const sample = { atMs: rounded(at), x: rounded(x), y: rounded(y) };
    const last = kept.at(-1);
    if (last && sample.atMs < last.atMs) continue;
    if (last?.atMs === sample.atMs) kept.pop();
    const before = kept.at(-1);
    if (before?.x === sample.x && before.y === sample.y) continue;
    kept.push(sample);
  }
  const start = kept.findLastIndex(({ atMs }, index) => atMs - (kept[index - 1]?.atMs ?? -Infinity) > LONGEST_GAP);
  return kept.slice(Math.max(0, start));
}

function alongAndAcross(first: Sample, last: Sample, distance: number) {
  const [ux, uy] = [(last.x - first.x) / distance, (last.y - first.y) / distance];
  return ({ x, y }: { readonly x: number; readonly y: number }) => ({
    progress: (x - first.x) * ux + (y - first.y) * uy,
    aside: (y - first.y) * ux - (x - first.x) * uy,
  });
}

function lengthOf(samples: readonly Sample[]): number {
  return samples.slice(1).reduce((sum, { x, y }, index) => {
    const before = samples[index];
    return sum + Math.hypot(x - (before?.x ?? x), y - (before?.y ?? y));
  }, 0);
}

/** The mean change of heading, in radians from 0 to pi. */
function meanTurn(samples: readonly Sample[]): number {
  const headings = samples.slice(1).flatMap(({ x, y }, index) => {
    const [dx, dy] = [x - (samples[index]?.x ?? x), y - (samples[index]?.y ?? y)];
    return Math.hypot(dx, dy) > NO_HEADING ? [Math.atan2(dy, dx)] : [];
  });
  if (headings.length < 3) return 0;
  const turns = headings.slice(1).map((heading, index) => {
    const turn = Math.abs(heading - (headings[index] ?? heading));
    return turn > Math.PI ? 2 * Math.PI - turn : turn;
  });
  return turns.reduce((sum, turn) => sum + turn, 0) / turns.length;
}

/** The peaks that stand out by `prominence` or more, with nothing on either side of the speeds; a plateau is one. */
function countPeaks(speeds: readonly number[], prominence: number): number {
  const heights = [0, ...speeds, 0].filter((height, index, all) => index === 0 || height !== all[index - 1]);
  return heights.filter((height, index) => {
    if (!(height > (heights[index - 1] ?? height) && height > (heights[index + 1] ?? height))) return false;
    const left = lowestUntilHigher(heights.slice(0, index).toReversed(), height);
    const right = lowestUntilHigher(heights.slice(index + 1), height);
    return height - Math.max(left, right) >= prominence;
  }).length;
}

function lowestUntilHigher(heights: readonly number[], height: number): number {
  const higher = heights.findIndex((other) => other > height);
  return Math.min(...(higher < 0 ? heights : heights.slice(0, higher)));
}
