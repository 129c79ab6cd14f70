import type { Random } from "@bentham/core";
import { pick, uniform } from "../distributions.ts";
import { neighboursOf } from "./keyboard-layout.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * Kinds of mistakes and their shares, from the episodes of corrections in the public data of Dhakal et al. (CHI 2018):
 * those within a word, of 88.9 in 100.
 */
const KINDS = [
  ["omission", 27.7],
  ["neighbour", 22.5],
  ["far", 13.1],
  ["case", 10.1],
  ["transposition", 7.7],
  ["insertion", 7.1],
  ["doubling", 2.7],
] as const;

const SUM = KINDS.reduce((sum, [, share]) => sum + share, 0);
const SHARES = KINDS.map(([, share]) => share / SUM);

/** Letters typed after a mistake before it is seen, 0 to 4, and their shares; of the same data. */
const LAGS = [0.64, 0.21, 0.09, 0.04, 0.02];

/**
 * What somebody types who is mistaken at the first letter of `letters`, the rest of a word, until they see it. It may
 * begin as the word does.
 */
export function mistakeIn(letters: readonly string[], random: Random): string[] {
  const [letter = "", ...rest] = letters;
  const kind = KINDS[pick(random, SHARES)]?.[0] ?? "neighbour";
  const lag = pick(random, LAGS);
  const beside = oneOf(neighboursOf(letter), random);
  const [next, ...after] = rest;
  switch (kind) {
    case "omission":
      return next === undefined ? [beside] : rest.slice(0, lag + 1);
    case "transposition":
      return next === undefined ? [beside] : [next, letter, ...after.slice(0, lag)];
    case "neighbour":
      return [beside, ...rest.slice(0, lag)];
    case "far":
      return [
        oneOf(
          LETTERS.split("").filter((far) => far !== letter.toLowerCase()),
          random,
        ),
        ...rest.slice(0, lag),
      ];
    case "case":
      return [letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(), ...rest.slice(0, lag)];
    case "insertion":
      return [beside, letter, ...rest.slice(0, lag)];
    case "doubling":
      return [letter, letter, ...rest.slice(0, lag)];
  }
}

function oneOf(values: readonly string[], random: Random): string {
  return values[Math.floor(uniform(random, 0, values.length))] ?? "";
}
