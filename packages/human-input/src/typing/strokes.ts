import type { Random } from "@bentham/core";
import { isLetter, keyOf } from "./keyboard-layout.ts";
import { mistakeIn } from "./mistake.ts";

/** One thing the fingers do, in the order in which it is done. */
export interface Stroke {
  /** The name of a key, or a text that no key gives. */
  readonly key?: string;
  readonly text?: string;
  readonly withShift: boolean;
  /** What it is to whoever types: this decides how long they take before it. */
  readonly role: "right" | "wrong" | "firstBackspace" | "nextBackspace" | "resumed";
}

/** A word of prose: mistakes are made there, and not in addresses, numbers and code, where people look at what they type. */
const WORD = /^["'(]*[a-z]+(?:['-][a-z]+)*["').,;:!?]*$/i;

/**
 * The strokes that put `graphemes` into an empty field. Mistakes are on letters, never on the first character, and are
 * taken back with Backspace within their word.
 *
 * @param mistakeRate Mistakes per letter, from 0 to 1.
 */
export function strokesOf(graphemes: readonly string[], mistakeRate: number, random: Random): Stroke[] {
  const strokes: Stroke[] = [];
  const prose = inProse(graphemes);
  let role: Stroke["role"] = "right";
  for (let index = 0; index < graphemes.length; index++) {
    const isMistaken = index > 0 && prose[index] === true && random() < mistakeRate;
    if (isMistaken) {
      const word = lettersFrom(graphemes, index);
      const typed = mistakeIn(word, random);
      const kept = commonStart(typed, word);
      for (const letter of typed.slice(0, kept)) strokes.push(strokeFor(letter, "right"));
      for (const letter of typed.slice(kept)) strokes.push(strokeFor(letter, "wrong"));
      for (let wrong = kept; wrong < typed.length; wrong++) {
        strokes.push({ key: "Backspace", withShift: false, role: wrong === kept ? "firstBackspace" : "nextBackspace" });
      }
      if (typed.length > kept) role = "resumed";
      index += kept;
      if (index === graphemes.length) break;
    }
    strokes.push(strokeFor(graphemes[index] ?? "", role));
    role = "right";
  }
  return strokes;
}

function strokeFor(grapheme: string, role: Stroke["role"]): Stroke {
  if (grapheme === "\n") return { key: "Enter", withShift: true, role };
  const key = keyOf(grapheme);
  if (key) return { key: grapheme, withShift: key.needsShift, role };
  return { text: grapheme, withShift: false, role };
}

/** For each grapheme, whether it is a letter of a {@link WORD}. */
function inProse(graphemes: readonly string[]): boolean[] {
  const flags: boolean[] = [];
  let start = 0;
  for (let end = 0; end <= graphemes.length; end++) {
    if (end < graphemes.length && !isSpace(graphemes[end])) continue;
    const isWord = WORD.test(graphemes.slice(start, end).join(""));
    for (let index = start; index <= end; index++) flags[index] = isWord && isLetter(graphemes[index]);
    start = end + 1;
  }
  return flags;
}

function isSpace(grapheme: string | undefined): boolean {
  return grapheme !== undefined && /^\s+$/.test(grapheme);
}

function lettersFrom(graphemes: readonly string[], start: number): readonly string[] {
  let end = start;
  while (isLetter(graphemes[end])) end++;
  return graphemes.slice(start, end);
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
