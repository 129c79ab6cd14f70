import type { Secret } from "./secret.ts";
import { base64Forms, hexForm, textForms, utf16Forms } from "./text-forms.ts";

/** Fewest characters of a value that is looked for. Shorter ones would be found in innocent text. */
export const SHORTEST_KNOWN_VALUE = 6;

/** Longest value that is looked for as a whole, in characters; an expression cannot be of any size. */
const LONGEST_PIECE = 1024;

interface KnownValue {
  readonly pattern: RegExp;
  readonly mark: string;
}

/** Values that must be in no byte that is kept or shown, in no form they may be written in. */
export class KnownValues {
  readonly #values: readonly KnownValue[];
  /** How many different values are looked for. */
  readonly count: number;
  /** How many are too short to be looked for. */
  readonly tooShort: number;

  /** @param markOf What stands for a value once it is removed. */
  constructor(secrets: readonly Secret[], markOf: (value: string) => string) {
    // Without white space about it: a header or a file may have lost it.
    const values = new Map(secrets.map((secret) => [secret.reveal().trim(), secret] as const));
    values.delete("");
    const known = Array.from(values).filter(([value]) => value.length >= SHORTEST_KNOWN_VALUE);
    this.count = known.length;
    this.tooShort = values.size - known.length;
    // Longest first: of a value that holds another, no end must be left.
    this.#values = known
      .sort(([one], [other]) => other.length - one.length)
      .flatMap(([value, secret]) => patternsOf(secret, value).map((pattern) => ({ pattern, mark: markOf(value) })));
  }

  /** `text` with a mark in place of every known value; `onFound` is told of each. */
  scrub(text: string, onFound?: (mark: string) => void): string {
    return this.#values.reduce((scrubbed, { pattern, mark }) => {
      return scrubbed.replace(pattern, () => {
        onFound?.(mark);
        return mark;
      });
    }, text);
  }

  /** Whether a known value is in `text`. */
  areIn(text: string): boolean {
    return this.#values.some(({ pattern }) => text.search(pattern) !== -1);
  }
}

/** Patterns are long, and a vault lends the same secret to every job. */
const patterns = new WeakMap<Secret, readonly RegExp[]>();

function patternsOf(secret: Secret, value: string): readonly RegExp[] {
  const known = patterns.get(secret);
  if (known) return known;
  const made = piecesOf(value).map((piece) => patternOf(piece));
  patterns.set(secret, made);
  return made;
}

function patternOf(value: string): RegExp {
  return new RegExp([textForms(value), ...utf16Forms(value), ...base64Forms(value), hexForm(value)].join("|"), "g");
}

/** Every piece of a long value is as secret as the whole. No piece is shorter than {@link SHORTEST_KNOWN_VALUE}. */
function piecesOf(value: string): string[] {
  const characters = Array.from(value);
  const count = Math.ceil(characters.length / LONGEST_PIECE);
  const size = Math.ceil(characters.length / count);
  return Array.from({ length: count }, (_, index) => characters.slice(index * size, (index + 1) * size).join(""));
}
