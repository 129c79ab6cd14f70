import { BenthamError, type KeyboardName, type Random, seededRandom } from "@bentham/core";
import { clamp, lognormal, normal } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { type Plan, planOf, type TimedEvent } from "../plan.ts";
import { graphemesOf } from "./graphemes.ts";
import { keyIntervals } from "./key-intervals.ts";
import { layoutOf } from "./keyboard-layout.ts";
import { timeWithin } from "./pace.ts";
import { linesOf, planPasting } from "./plan-pasting.ts";
import { type Stroke, strokesOf } from "./strokes.ts";
import { TYPING_FIGURES } from "./typing-figures.ts";
import type { Typist } from "./typist.ts";

/** Options of {@link planTyping}. */
export interface TypingOptions {
  /**
   * Longest text that is typed, in UTF-16 code units; a longer one is pasted, as people do: at 55 words a minute 2,000 take
   * 7 minutes. 0 pastes every text, Infinity types every text.
   * @default 2000
   */
  readonly longestTyped?: number | undefined;
  /** Whose keyboard it is. @default "us" */
  readonly layout?: KeyboardName | undefined;
  /**
   * Whether mistakes are made, and taken back. `false` where a page measures what is typed, as search boxes with
   * suggestions do: a mistyped prefix would reach them.
   * @default true
   */
  readonly mistakes?: boolean | undefined;
}

const LONGEST_TYPED = 2_000;

/**
 * The longest text that is typed.
 *
 * @throws BenthamError CONFIG_INVALID for what is no number from 0 on.
 */
export function checkedLongestTyped(longest: number = LONGEST_TYPED): number {
  if (typeof longest === "number" && longest >= 0) return longest;
  throw new BenthamError(
    "CONFIG_INVALID",
    `longestTyped must be a number from 0 to Infinity, and is ${String(longest)}`,
  );
}

/** A key that goes down once more is up after this share of the time until then, at the latest; so is Shift. */
const MOST_OF_FREE = 0.8;

/** Longest lead of Shift, in milliseconds. */
const LONGEST_LEAD = 2_000;

/** Shortest and longest time a key is held, in milliseconds; rounding, and events that would meet, make it a few more. */
const SHORTEST_HOLD = 15;
const LONGEST_HOLD = 790;

/**
 * Plans how a text is typed into an empty field. What stands there at the end is the text exactly, but for its line
 * breaks, which are all one `\n`: mistakes are always taken back. A line break is Shift+Enter, which sends nothing;
 * what has no key on the keyboard is inserted, grapheme by grapheme, a Tab too, since its key would move the focus.
 *
 * From the first character to the last one, corrections included, it comes to a speed from `minWPM` to `maxWPM`.
 *
 * @param seed The same seed gives the same plan.
 * @throws BenthamError CONFIG_INVALID for a layout that is not known, or a longest text that is no number from 0 on.
 */
export function planTyping(text: string, persona: Persona, seed: string, options: TypingOptions = {}): Plan {
  if (text.length > checkedLongestTyped(options.longestTyped)) return planPasting(text);
  const finalText = linesOf(text).join("\n");
  const { typist, config } = persona;
  const graphemes = graphemesOf(finalText);
  const rate = options.mistakes === false ? 0 : Math.min(1, config.typing.mistakeRate * typist.carelessness);
  const layout = layoutOf(options.layout ?? "us");
  const strokes = strokesOf(graphemes, rate, layout, seededRandom(`${seed}/typing-mistakes`));
  const shifting = seededRandom(`${seed}/typing-shift`);
  const leads = strokes.map((stroke, index) => leadOf(stroke, strokes[index - 1], typist, shifting));
  const intervals = keyIntervals(strokes, leads, typist, seededRandom(`${seed}/typing-intervals`));
  const timeMs = intervals.slice(1).reduce((sum, interval) => sum + interval, 0);
  const pace = timeMs > 0 ? timeWithin(config.typing, Array.from(finalText).length - 1, timeMs) / timeMs : 1;
  let at = 0;
  const downs = intervals.map((interval) => (at += interval * pace));
  const holds = holdsOf(strokes, typist, seededRandom(`${seed}/typing-holds`));
  const pacedLeads = leads.map((lead) => Math.min(LONGEST_LEAD, lead * pace));
  const events = eventsOf(strokes, { downs, leads: pacedLeads, holds }, shifting);
  return planOf(apart(events), finalText);
}

/** How long before a stroke its modifier goes down, in milliseconds; 0 where none does. */
function leadOf({ modifier }: Stroke, before: Stroke | undefined, typist: Typist, random: Random): number {
  if (modifier === undefined || modifier === before?.modifier) return 0;
  const { lead, leadDeviation } = TYPING_FIGURES.shift;
  return clamp(typist.shifting * lognormal(random, lead, leadDeviation), 1, LONGEST_LEAD);
}

/** How long each key is held, in milliseconds; an inserted text takes no time. */
function holdsOf(strokes: readonly Stroke[], typist: Typist, random: Random): number[] {
  const { kept, long, longMore, longDeviation, backspace } = TYPING_FIGURES.hold;
  const added = typist.holdDeviation * Math.sqrt(1 - kept ** 2);
  let unusual = 0;
  return strokes.map(({ key }) => {
    unusual = kept * unusual + normal(random, 0, added);
    const more = random() < long ? Math.abs(normal(random, longMore, longDeviation)) : 0;
    if (key === undefined) return 0;
    const hold = typist.holdMs * Math.exp(unusual + more) * (key === "Backspace" ? backspace : 1);
    return clamp(hold, SHORTEST_HOLD, LONGEST_HOLD);
  });
}

/** When strokes go down, how long before it Shift does, and for how long they would be held; in milliseconds. */
interface Times {
  readonly downs: readonly number[];
  readonly leads: readonly number[];
  readonly holds: readonly number[];
}

/**
 * The events of the strokes. Keys overlap where one is held for longer than it takes to the next, as in fast typing, but
 * each is up before it goes down again, and Shift is down for what needs it alone.
 */
function eventsOf(strokes: readonly Stroke[], { downs, leads, holds }: Times, random: Random): TimedEvent[] {
  const { lag, lagDeviation } = TYPING_FIGURES.shift;
  const events: TimedEvent[] = [];
  const free = freeTimes(strokes, downs);
  for (const [index, { key, text = "", modifier }] of strokes.entries()) {
    const down = downs[index] ?? 0;
    if (key === undefined) {
      events.push({ atMs: down, kind: "insertText", text });
      continue;
    }
    if (modifier && modifier !== strokes[index - 1]?.modifier) {
      events.push({ atMs: Math.max(0, down - (leads[index] ?? 0)), kind: "keyDown", key: modifier });
    }
    const hold = Math.min(holds[index] ?? 0, (free[index] ?? Infinity) * MOST_OF_FREE);
    events.push({ atMs: down, kind: "keyDown", key });
    if (modifier && modifier !== strokes[index + 1]?.modifier) {
      const next = downs[index + 1] ?? Infinity;
      const wanted = Math.max(2, normal(random, lag, lagDeviation));
      const nextLead = leads[index + 1] ?? 0;
      events.push({
        atMs: down + Math.min(wanted, (next - nextLead - down) * MOST_OF_FREE),
        kind: "keyUp",
        key: modifier,
      });
    }
    events.push({ atMs: down + hold, kind: "keyUp", key });
  }
  return events;
}

/** Until each key goes down once more, in milliseconds. */
function freeTimes(strokes: readonly Stroke[], downs: readonly number[]): number[] {
  const nextDown = new Map<string, number>();
  const free = strokes.map(() => Infinity);
  for (let index = strokes.length - 1; index >= 0; index--) {
    const code = strokes[index]?.code;
    const down = downs[index] ?? 0;
    if (code === undefined) continue;
    free[index] = (nextDown.get(code) ?? Infinity) - down;
    nextDown.set(code, down);
  }
  return free;
}

/** The events in order at whole milliseconds, no two at the same one: no keyboard tells two things at once. */
function apart(events: readonly TimedEvent[]): TimedEvent[] {
  let last = -1;
  return events
    .toSorted((one, other) => one.atMs - other.atMs)
    .map((event) => {
      last = Math.max(last + 1, Math.round(event.atMs));
      return { ...event, atMs: last };
    });
}
