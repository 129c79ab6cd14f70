import { type Random, seededRandom } from "@bentham/core";
import { clamp, lognormal, truncated } from "./distributions.ts";
import type { Persona } from "./persona.ts";
import { type Plan, planOf, type TimedEvent } from "./plan.ts";

/** How pauses vary: the deviation of their logarithms. Assumed; no data of pauses on pages was found. */
const DEVIATION = 0.4;

const MS_A_MINUTE = 60_000;

/** Least share of a range's end that its pauses are drawn about: those of a range from 0 would all be 0 otherwise. */
const LEAST_SHARE = 0.1;

/** Longest that anything is read for, in milliseconds: ten minutes. */
const LONGEST_READING = 600_000;

/** How often somebody who reads looks at another page, and for how long, in milliseconds. Assumed. */
const AWAY = { chance: 0.1, median: 6_000, deviation: 0.6, shortest: 2_000, longest: 20_000 } as const;

/** From the mouse to the keys: least, and what is added to it in the median, in milliseconds. Assumed. */
const REACTION = { least: 250, more: 150, deviation: 0.5, longest: 1_500 } as const;

const WORDS = new Intl.Segmenter("en", { granularity: "word" });

/** Options of {@link planReading}. */
export interface ReadingOptions {
  /** `full` reads to the end, for ten minutes at most; `skim` for no longer than `readingDelay` says. @default "skim" */
  readonly readingMode?: "skim" | "full" | undefined;
  /** Whether now and then another page has the focus. @default false */
  readonly focusPatterns?: boolean | undefined;
}

/**
 * Plans a pause within `navigationDelay` after a page has come up, lognormal about the geometric mean of the range: 1 s of
 * the default 0.5 to 2 s. A range that starts below a tenth of its end has the mean of one that starts there.
 *
 * @param seed The same seed gives the same plan.
 */
export function planNavigation(persona: Persona, seed: string): Plan {
  const pauseMs = withinRange(persona.config.timing.navigationDelay, seededRandom(`${seed}/pause-navigation`));
  return planOf([{ atMs: pauseMs, kind: "wait" }]);
}

/**
 * Plans how long somebody reads: as long as a text of that many words takes them, within `readingDelay`; without a text,
 * lognormal about the geometric mean of that range.
 *
 * @param seed The same seed gives the same plan.
 */
export function planReading(
  text: string | undefined,
  persona: Persona,
  seed: string,
  options: ReadingOptions = {},
): Plan {
  const { readingDelay } = persona.config.timing;
  const random = seededRandom(`${seed}/pause-reading`);
  const [shortest, longest] = readingDelay;
  const readMs =
    text === undefined
      ? withinRange(readingDelay, random)
      : clamp(
          ((wordsIn(text) * MS_A_MINUTE) / persona.readingWPM) * lognormal(random, 1, 0.1),
          shortest,
          options.readingMode === "full" ? Math.max(longest, LONGEST_READING) : longest,
        );
  if (options.focusPatterns !== true) return planOf([{ atMs: readMs, kind: "wait" }]);
  return planOf([{ atMs: readMs, kind: "wait" }, ...lookAway(readMs, seededRandom(`${seed}/focus`))]);
}

/** Some of the time another page has the focus: from within the reading on, for some seconds more. */
function lookAway(readMs: number, random: Random): TimedEvent[] {
  if (random() >= AWAY.chance) return [];
  const awayMs = clamp(lognormal(random, AWAY.median, AWAY.deviation), AWAY.shortest, AWAY.longest);
  return [
    { atMs: readMs, kind: "blur" },
    { atMs: readMs + awayMs, kind: "focus" },
  ];
}

function wordsIn(text: string): number {
  let words = 0;
  for (const { isWordLike } of WORDS.segment(text)) if (isWordLike) words++;
  return words;
}

/**
 * Plans how long it takes until somebody acts on what they have just clicked: 250 ms, and lognormally more.
 *
 * @param seed The same seed gives the same plan.
 */
export function planReaction(seed: string): Plan {
  const random = seededRandom(`${seed}/reaction`);
  const { least, more, deviation, longest } = REACTION;
  return planOf([{ atMs: clamp(least + lognormal(random, more, deviation), least, longest), kind: "wait" }]);
}

function withinRange([min, max]: readonly [number, number], random: Random): number {
  const median = Math.sqrt(Math.max(min, max * LEAST_SHARE) * max);
  return truncated(random, () => lognormal(random, median, DEVIATION), min, max);
}
