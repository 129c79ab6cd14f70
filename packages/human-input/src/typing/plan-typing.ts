import { type Random, seededRandom } from "@bentham/core";
import { clamp, lognormal, normal, truncated } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { type Plan, planOf, type Step } from "../plan.ts";
import { keyIntervals, MS_PER_CHARACTER } from "./key-intervals.ts";
import { plainKeyOf } from "./keyboard-layout.ts";
import { linesOf, planPasting } from "./plan-pasting.ts";
import { type Stroke, strokesOf } from "./strokes.ts";

/** Options of {@link planTyping}. */
export interface TypingOptions {
  /**
   * Longest text that is typed, in UTF-16 code units; a longer one is pasted, as people do: at 55 words a minute 2,000 take
   * 7 minutes. 0 pastes every text, Infinity types every text.
   * @default 2000
   */
  readonly longestTyped?: number | undefined;
}

const LONGEST_TYPED = 2_000;

/** How the time a key is held varies about the person's median, and how much of that is kept from key to key. */
const HOLD = { deviation: 0.26, kept: 0.12, backspace: 0.77 } as const;

/** Shift goes down that much before its key, lognormal, and up that much after it, normal; in milliseconds. */
const SHIFT = { lead: 140, leadDeviation: 0.55, lag: 80, lagDeviation: 45 } as const;

/** A key that goes down once more is up after this share of the time until then, at the latest. */
const MOST_OF_FREE = 0.8;

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Plans how a text is typed into an empty field. What stands there at the end is the text exactly, but for its line
 * breaks, which are all one `\n`: mistakes are always taken back. A line break is Shift+Enter, which sends nothing;
 * what has no key on a keyboard of the United States is inserted, a Tab too, since its key would move the focus.
 *
 * Characters (graphemes) by time come to a speed from `minWPM` to `maxWPM`.
 *
 * @param seed The same seed gives the same plan.
 */
export function planTyping(text: string, persona: Persona, seed: string, options: TypingOptions = {}): Plan {
  if (text.length > (options.longestTyped ?? LONGEST_TYPED)) return planPasting(text);
  const graphemes = Array.from(GRAPHEMES.segment(linesOf(text).join("\n")), ({ segment }) => segment);
  const { mistakeRate } = persona.config.typing;
  const strokes = strokesOf(graphemes, mistakeRate, seededRandom(`${seed}/typing-mistakes`));
  const intervals = keyIntervals(strokes, persona, seededRandom(`${seed}/typing-intervals`));
  const holds = holdsOf(strokes, persona, seededRandom(`${seed}/typing-holds`));
  const times = timesOf(intervals, holds, graphemes.length, persona);
  return planOf(stepsOf(strokes, times, seededRandom(`${seed}/typing-shift`)));
}

/** How long each key is held, in milliseconds; an inserted text takes no time. */
function holdsOf(strokes: readonly Stroke[], persona: Persona, random: Random): number[] {
  let unusual = 0;
  return strokes.map(({ key }) => {
    unusual = HOLD.kept * unusual + normal(random, 0, HOLD.deviation);
    if (key === undefined) return 0;
    return persona.holdMs * Math.exp(unusual) * (key === "Backspace" ? HOLD.backspace : 1);
  });
}

/** When keys go down, for how long they would be held, and when the last one is up; in milliseconds. */
interface Times {
  readonly downs: readonly number[];
  readonly holds: readonly number[];
  readonly end: number;
}

/** Keys go down as the intervals say, unless that is a speed out of the configuration's range. */
function timesOf(
  intervals: readonly number[],
  holds: readonly number[],
  characters: number,
  { config }: Persona,
): Times {
  const atSpeed = (wordsPerMinute: number): number => (characters * MS_PER_CHARACTER) / wordsPerMinute;
  const total = intervals.reduce((sum, interval) => sum + interval, 0);
  const lastHold = holds.at(-1) ?? 0;
  // Whole milliseconds inside the range, where it holds any.
  const shortest = Math.ceil(atSpeed(config.typing.maxWPM));
  const longest = Math.max(shortest, Math.floor(atSpeed(config.typing.minWPM)));
  const end = clamp(Math.round(total + lastHold), shortest, longest);
  const pace = (end - Math.min(lastHold, end / 2)) / total;
  let at = 0;
  return { downs: intervals.map((interval) => (at += interval * pace)), holds, end };
}

/**
 * The steps of the strokes. Keys overlap where one is held for longer than it takes to the next, as in fast typing, but
 * each is up before it goes down again, and Shift is down for what needs it alone.
 */
function stepsOf(strokes: readonly Stroke[], { downs, holds, end }: Times, random: Random): Step[] {
  const steps: Step[] = [];
  const free = freeTimes(strokes, downs);
  for (const [index, { key, text = "", withShift }] of strokes.entries()) {
    const down = downs[index] ?? 0;
    if (key === undefined) {
      steps.push({ atMs: down, kind: "insertText", text });
      continue;
    }
    if (withShift && !strokes[index - 1]?.withShift) {
      const lead = lognormal(random, SHIFT.lead, SHIFT.leadDeviation);
      const halfway = ((downs[index - 1] ?? 0) + down) / 2;
      steps.push({ atMs: Math.max(halfway, down - lead), kind: "keyDown", key: "Shift" });
    }
    const up = Math.min(down + Math.min(holds[index] ?? 0, (free[index] ?? 0) * MOST_OF_FREE), end);
    steps.push({ atMs: down, kind: "keyDown", key }, { atMs: up, kind: "keyUp", key });
    if (withShift && !strokes[index + 1]?.withShift) {
      const lag = truncated(random, () => normal(random, SHIFT.lag, SHIFT.lagDeviation), 10, 250);
      const halfway = (down + (downs[index + 1] ?? Infinity)) / 2;
      steps.push({ atMs: Math.min(down + lag, up, halfway), kind: "keyUp", key: "Shift" });
    }
  }
  return steps;
}

/** Until each key goes down once more, in milliseconds. */
function freeTimes(strokes: readonly Stroke[], downs: readonly number[]): number[] {
  const nextDown = new Map<string, number>();
  const free = strokes.map(() => Infinity);
  for (const [index, { key }] of strokes.entries().toArray().toReversed()) {
    if (key === undefined) continue;
    const place = plainKeyOf(key);
    const down = downs[index] ?? 0;
    free[index] = (nextDown.get(place) ?? Infinity) - down;
    nextDown.set(place, down);
  }
  return free;
}
