import { correlationOf, deviationOf, meanOf, medianOf } from "./distribution.ts";
import { type KeyStroke, keyStrokesOf, reachOf } from "./key-strokes.ts";
import type { TypedSentence } from "./recorded-input.ts";

/** What is measured of one person's typing: one value, or the values in the order in which they came. */
export type PersonMetrics = ReadonlyMap<string, readonly number[]>;

/** Fewest strokes of a sentence, intervals of a person, and pairs of a kind that are measured. */
const FEWEST = { strokes: 8, intervals: 50, pairs: 5 } as const;

/** A longer interval, in milliseconds, is of somebody who went away. */
const LONGEST_INTERVAL = 5_000;

/** A longer hold, in milliseconds, counts as that long. */
const LONGEST_HOLD = 1_000;

/** How long after Shift came up a letter still counts as shifted by it, in milliseconds. */
const SHIFT_SLACK = 5;

/** Two characters typed one after the other. */
interface Pair {
  readonly first: KeyStroke;
  readonly second: KeyStroke;
  readonly intervalMs: number;
}

/**
 * What is measured of one person's sentences: `wpm`, `cv`, `rollover`, `wordStart`, `fingers`, `lag1`, `bkspPerChar`
 * (one value each), `iki`, `hold`, `flight`, `shape`, `bkspDelay`, `bkspRun` and `shiftLead`. A metric is left out where
 * there is too little to measure, and everything of somebody with fewer than 50 intervals.
 */
export function typingMetrics(sentences: readonly TypedSentence[]): PersonMetrics | undefined {
  const scored = sentences.map(chainOf).filter((chain) => chain !== undefined);
  const pairs = scored.flatMap((chain) => pairsOf(chain.strokes));
  const valid = pairs.filter((pair) => pair !== undefined);
  const intervals = valid.map(({ intervalMs }) => intervalMs);
  if (intervals.length < FEWEST.intervals) return undefined;
  const median = medianOf(intervals);
  const released = valid.filter(({ first }) => first.upMs !== undefined);
  const flights = released.map(({ first, second }) => second.downMs - (first.upMs ?? 0));
  const runs = scored.flatMap(({ strokes }) => backspaceRuns(strokes));
  const strokes = scored.flatMap((chain) => chain.strokes);
  return new Map([
    ["wpm", [meanOf(scored.map(wordsPerMinute))]],
    ["cv", [deviationOf(intervals) / meanOf(intervals)]],
    ["rollover", one(flights.length > 0 ? flights.filter((flight) => flight < 0).length / flights.length : undefined)],
    ["wordStart", one(medianOfPairs(valid, "space first", (typical) => typical / median))],
    ["fingers", one(fingersOf(valid))],
    ["lag1", [lagOf(scored.map((chain) => pairsOf(chain.strokes)))]],
    ["bkspPerChar", [strokes.filter(isBackspace).length / scored.reduce((sum, { characters }) => sum + characters, 0)]],
    ["iki", intervals],
    ["hold", holdsOf(strokes)],
    ["flight", flights],
    ["shape", intervals.map((interval) => interval / median)],
    ["bkspDelay", runs.flatMap(({ delayMs }) => delayMs.map((delay) => delay / median))],
    ["bkspRun", runs.flatMap(({ length }) => length)],
    ["shiftLead", scored.flatMap(({ strokes: chain, shifts }) => shiftLeads(chain, shifts))],
  ]);
}

function one(value: number | undefined): readonly number[] {
  return value === undefined ? [] : [value];
}

/** The strokes of one sentence that give or take back a character. */
interface Chain {
  readonly strokes: readonly KeyStroke[];
  readonly shifts: readonly KeyStroke[];
  readonly characters: number;
  readonly timeMs: number;
}

function chainOf({ text, events }: TypedSentence): Chain | undefined {
  const all = keyStrokesOf(events);
  const strokes = all.filter(({ key }) => key === undefined || key.length === 1 || key === "Backspace");
  const keyed = strokes.filter(({ key }) => key !== undefined);
  const timeMs = (keyed.at(-1)?.downMs ?? 0) - (keyed[0]?.downMs ?? 0);
  if (keyed.length < FEWEST.strokes || timeMs <= 0) return undefined;
  return { strokes, shifts: all.filter(({ key }) => key === "Shift"), characters: Array.from(text).length, timeMs };
}

function wordsPerMinute({ characters, timeMs }: Chain): number {
  return (characters - 1) / 5 / (timeMs / 60_000);
}

/** For each stroke but the last: its pair with the next one, where that is one. */
function pairsOf(strokes: readonly KeyStroke[]): (Pair | undefined)[] {
  return strokes.slice(1).map((second, index) => {
    const first = strokes[index];
    if (!first || !isCharacter(first) || !isCharacter(second)) return undefined;
    const intervalMs = second.downMs - first.downMs;
    return intervalMs < LONGEST_INTERVAL ? { first, second, intervalMs } : undefined;
  });
}

function isCharacter({ key }: KeyStroke): boolean {
  return key?.length === 1;
}

function isBackspace({ key }: KeyStroke): boolean {
  return key === "Backspace";
}

function medianOfPairs(
  pairs: readonly Pair[],
  reach: string,
  use: (median: number) => number = (median) => median,
): number | undefined {
  const some = pairs.filter(({ first, second }) => reachOf(first.key ?? "", second.key ?? "") === reach);
  return some.length < FEWEST.pairs ? undefined : use(medianOf(some.map(({ intervalMs }) => intervalMs)));
}

function fingersOf(pairs: readonly Pair[]): number | undefined {
  const same = medianOfPairs(pairs, "same finger");
  const alternate = medianOfPairs(pairs, "alternate hand");
  return same === undefined || alternate === undefined ? undefined : same / alternate;
}

/** The correlation of each interval's logarithm with that of the next one, over all sentences. */
function lagOf(sentences: readonly (readonly (Pair | undefined)[])[]): number {
  const ones: number[] = [];
  const nexts: number[] = [];
  for (const pairs of sentences) {
    for (const [index, pair] of pairs.entries()) {
      const next = pairs[index + 1];
      if (!pair || !next) continue;
      ones.push(Math.log(Math.max(pair.intervalMs, 1)));
      nexts.push(Math.log(Math.max(next.intervalMs, 1)));
    }
  }
  return ones.length === 0 ? 0 : correlationOf(ones, nexts);
}

function holdsOf(strokes: readonly KeyStroke[]): number[] {
  return strokes.flatMap((stroke) => {
    if (!isCharacter(stroke) || stroke.upMs === undefined) return [];
    return [Math.min(LONGEST_HOLD, stroke.upMs - stroke.downMs)];
  });
}

/** Backspaces in a row: until the first of them, and how many they are when something follows. */
function backspaceRuns(strokes: readonly KeyStroke[]): { delayMs: number[]; length: number[] }[] {
  const runs: { delayMs: number[]; length: number[] }[] = [];
  for (let start = 0; start < strokes.length; start++) {
    const stroke = strokes[start];
    if (!stroke || !isBackspace(stroke)) continue;
    let end = start;
    while (strokes[end]?.key === "Backspace") end++;
    const before = strokes[start - 1];
    const delay = before?.key === undefined ? 0 : stroke.downMs - before.downMs;
    runs.push({
      delayMs: delay > 0 && delay < LONGEST_INTERVAL ? [delay] : [],
      length: end < strokes.length ? [end - start] : [],
    });
    start = end;
  }
  return runs;
}

function shiftLeads(strokes: readonly KeyStroke[], shifts: readonly KeyStroke[]): number[] {
  return strokes
    .filter(({ key }) => key !== undefined && /^[A-Z]$/.test(key))
    .map(({ downMs }) => {
      const isHeld = (shift: KeyStroke): boolean =>
        shift.downMs <= downMs && downMs <= (shift.upMs ?? Infinity) + SHIFT_SLACK;
      const held = shifts.findLast(isHeld);
      return held ? downMs - held.downMs : -1;
    });
}
