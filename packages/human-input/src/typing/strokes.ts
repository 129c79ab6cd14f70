import type { Random } from "@bentham/core";
import type { Key, KeyboardLayout } from "./keyboard-layout.ts";
import { drawMistake, type Prose } from "./mistake.ts";

/** One thing the fingers do, in the order in which it is done. */
export interface Stroke {
  /** The name of a key (`KeyboardEvent.key`), or a text that no key gives. */
  readonly key?: string;
  readonly text?: string;
  /** Which key it is (`KeyboardEvent.code`), and what is held with it. */
  readonly code?: string;
  readonly modifier?: Key["modifier"];
  /** What it is to whoever types: this decides how long they take before it. */
  readonly role: "right" | "wrong" | "afterWrong" | "firstBackspace" | "nextBackspace" | "resumed";
}

/** A word of prose: mistakes are made there, and not in addresses, numbers and code, where people look at what they type. */
const WORD = /^["'“«(¿¡]*\p{L}+(?:['’-]\p{L}+)*["'”»).,;:!?]*$/u;

/**
 * The strokes that put `graphemes` into an empty field. Mistakes are in words of prose and the spaces between them, never
 * on the first character, and are taken back with Backspace before their line ends.
 *
 * @param mistakeRate Mistakes per character of prose, from 0 to 1.
 */
export function strokesOf(
  graphemes: readonly string[],
  mistakeRate: number,
  layout: KeyboardLayout,
  random: Random,
): Stroke[] {
  const strokes: Stroke[] = [];
  const prose: Prose = { graphemes, isProse: mistakeRate > 0 ? proseIn(graphemes, layout) : [] };
  let role: Stroke["role"] = "right";
  for (let index = 0; index < graphemes.length; index++) {
    const mistake = drawMistake(prose, index, mistakeRate, layout, random);
    if (mistake) {
      const { typed, kept } = mistake;
      for (const [place, letter] of typed.entries()) {
        strokes.push(strokeFor(letter, place < kept ? role : place === kept ? "wrong" : "afterWrong", layout));
        role = "right";
      }
      for (let place = kept; place < typed.length; place++) {
        strokes.push({ ...BACKSPACE, role: place === kept ? "firstBackspace" : "nextBackspace" });
      }
      role = "resumed";
      index += kept;
      if (index === graphemes.length) break;
    }
    strokes.push(strokeFor(graphemes[index] ?? "", role, layout));
    role = "right";
  }
  return strokes;
}

const BACKSPACE = { key: "Backspace", code: "Backspace" } as const;

function strokeFor(grapheme: string, role: Stroke["role"], layout: KeyboardLayout): Stroke {
  if (grapheme === "\n") return { key: "Enter", code: "Enter", modifier: "Shift", role };
  const key = layout.keyOf(grapheme);
  return key ? { key: grapheme, ...key, role } : { text: grapheme, role };
}

/** For each grapheme whether it is a letter of a {@link WORD}, or a space between two of them. */
function proseIn(graphemes: readonly string[], layout: KeyboardLayout): boolean[] {
  const flags = graphemes.map(() => false);
  let start = 0;
  let followsWord = false;
  for (let end = 0; end <= graphemes.length; end++) {
    if (end < graphemes.length && !/^\s+$/.test(graphemes[end] ?? "")) continue;
    const isWord = WORD.test(graphemes.slice(start, end).join(""));
    if (isWord) {
      for (let index = start; index < end; index++) flags[index] = layout.isLetter(graphemes[index]);
      if (followsWord && graphemes[start - 1] === " ") flags[start - 1] = true;
    }
    followsWord = isWord;
    start = end + 1;
  }
  return flags;
}
