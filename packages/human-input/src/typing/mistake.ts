import type { Random } from "@bentham/core";
import { pick, uniform } from "../distributions.ts";
import type { KeyboardLayout } from "./keyboard-layout.ts";
import { TYPING_FIGURES } from "./typing-figures.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz".split("");

/**
 * Kinds of mistakes on letters and their shares, from the episodes of corrections in the public data of Dhakal et al.
 * (CHI 2018): 85.8 of 100. 10.1 more are of Shift, and 2.5 of the space bar.
 */
const KINDS = [
  ["omission", 27.7],
  ["neighbour", 22.5],
  ["far", 13.1],
  ["transposition", 7.7],
  ["insertion", 7.1],
  ["rethinking", 5],
  ["doubling", 2.7],
] as const;

const SUM = KINDS.reduce((sum, [, share]) => sum + share, 0);
const SHARES = KINDS.map(([, share]) => share / SUM);

/**
 * Mistakes at one place, per mistake at any place: so that with the shares of English prose (letters 78 of 100
 * characters, spaces 17, capitals and the letters behind them 7) all kinds come as often as they do.
 */
const HAZARDS = { letter: 1.12, space: 0.15, capital: 1.45 } as const;

/** What somebody types who is mistaken, and how much of it they take back. */
export interface Mistake {
  readonly typed: readonly string[];
  /** How many of the characters of `typed` stay. */
  readonly kept: number;
}

/** The characters of a text, and at which of them a mistake may be made. */
export interface Prose {
  readonly graphemes: readonly string[];
  /** For each grapheme whether it is of a word of prose, or a space between two. */
  readonly isProse: readonly boolean[];
}

/**
 * Draws whether a mistake is made at `index`, and which.
 *
 * @param rate Mistakes per character of prose, from 0 to 1.
 */
export function drawMistake(
  prose: Prose,
  index: number,
  rate: number,
  layout: KeyboardLayout,
  random: Random,
): Mistake | undefined {
  const { graphemes, isProse } = prose;
  if (index === 0 || isProse[index] !== true || rate === 0) return undefined;
  const drawn = random() / rate;
  const isSpace = graphemes[index] === " ";
  const isCapital = !isSpace && [graphemes[index], graphemes[index - 1]].some((one) => one !== small(one));
  if (isSpace) return drawn < HAZARDS.space ? spaceMistake(prose, index, random) : undefined;
  if (drawn < HAZARDS.letter) return letterMistake(prose, index, layout, random);
  return isCapital && drawn < HAZARDS.letter + HAZARDS.capital ? caseMistake(prose, index, random) : undefined;
}

function letterMistake(prose: Prose, index: number, layout: KeyboardLayout, random: Random): Mistake | undefined {
  const ahead = aheadOf(prose, index);
  const [letter = "", next, ...rest] = ahead;
  const kind = KINDS[pick(random, SHARES)]?.[0] ?? "neighbour";
  const beside = oneOf(layout.neighboursOf(letter), random) ?? next ?? letter;
  const after = ahead.slice(1);
  switch (kind) {
    case "omission":
      return mistakeOf(after.length > 0 ? after : [beside], ahead, random);
    case "transposition":
      return mistakeOf(layout.isLetter(next) ? [next, letter, ...rest] : [beside, ...after], ahead, random);
    case "neighbour":
      return mistakeOf([beside, ...after], ahead, random);
    case "far": {
      const far = oneOf(LETTERS, random) ?? letter;
      return mistakeOf([letter === small(letter) ? far : far.toUpperCase(), ...after], ahead, random);
    }
    case "insertion":
      return mistakeOf([beside, ...ahead], ahead, random);
    case "doubling":
      return mistakeOf([letter, ...ahead], ahead, random);
    case "rethinking":
      return { typed: ahead.slice(0, lengthOf(random)), kept: 0 };
  }
}

/** Shift that came too late, or went too late. */
function caseMistake(prose: Prose, index: number, random: Random): Mistake | undefined {
  const ahead = aheadOf(prose, index);
  const [letter = "", ...after] = ahead;
  return mistakeOf([letter === small(letter) ? letter.toUpperCase() : letter.toLowerCase(), ...after], ahead, random);
}

/** A space too few or one too many. */
function spaceMistake(prose: Prose, index: number, random: Random): Mistake | undefined {
  const ahead = aheadOf(prose, index);
  const after = ahead.slice(1);
  return mistakeOf(random() < 0.5 && after.length > 0 ? after : [" ", ...ahead], ahead, random);
}

/** What of `wrong` is typed until it is seen; nothing when that does not differ from what is to be typed. */
function mistakeOf(wrong: readonly string[], right: readonly string[], random: Random): Mistake | undefined {
  let kept = 0;
  while (kept < wrong.length && wrong[kept] === right[kept]) kept++;
  const typed = wrong.slice(0, kept + lengthOf(random));
  return typed.length > kept ? { typed, kept } : undefined;
}

function lengthOf(random: Random): number {
  const { lengths } = TYPING_FIGURES.mistakes;
  return 1 + pick(random, lengths);
}

/** The prose from `index` on, as far as it goes. */
function aheadOf({ graphemes, isProse }: Prose, index: number): readonly string[] {
  const end = isProse.indexOf(false, index);
  return graphemes.slice(index, Math.min(end < 0 ? graphemes.length : end, index + LONGEST_AHEAD));
}

/** More is never typed before a mistake is seen. */
const LONGEST_AHEAD = 24;

function small(character: string | undefined): string | undefined {
  return character?.toLowerCase();
}

function oneOf(values: readonly string[], random: Random): string | undefined {
  return values[Math.floor(uniform(random, 0, values.length))];
}
