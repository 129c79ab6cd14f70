import { type HumanBehaviorConfig, seededRandom } from "@bentham/core";
import { clamp, lognormal, normal, truncated } from "./distributions.ts";

/** What stays the same about one person, from one action to the next. */
export interface Persona {
  /** Words (of 5 characters) a minute. */
  readonly wordsPerMinute: number;
  /** Median time a key is held, in milliseconds. */
  readonly holdMs: number;
  /** How much the intervals between keys vary: the deviation of their logarithms. */
  readonly unevenness: number;
  /** How often this person pauses, as a multiple of what the configuration says of people. */
  readonly hesitancy: number;
  /** What two keys for one finger, and a word's first letter, add to the logarithm of the interval before them. */
  readonly slowed: { readonly sameFinger: number; readonly wordStart: number };
  /** Fitts's law: time of a pointer's way = a + b * log2(distance / width + 1), in milliseconds. */
  readonly fitts: { readonly a: number; readonly b: number };
  readonly config: HumanBehaviorConfig;
}

/**
 * A person within the configuration, drawn once.
 *
 * Typing: speeds and holds as V. Dhakal, A. M. Feit, P. O. Kristensson and A. Oulasvirta found with 168,000 people (CHI
 * 2018; 53 words a minute, keys held for 107 ms in the mean of their public data). Pointer: Fitts's law as fitted to the
 * public data of J. Gori's mouse experiments, MT = 297 + 200 * ID ms, 4.1 bit/s, within the 3.7 to 4.9 bit/s of
 * R. W. Soukoreff and I. S. MacKenzie (IJHCS 61, 2004).
 */
export function personaOf(config: HumanBehaviorConfig, seed: string): Persona {
  const typing = seededRandom(`${seed}/persona-typing`);
  const pointer = seededRandom(`${seed}/persona-pointer`);
  const { minWPM, maxWPM } = config.typing;
  return {
    wordsPerMinute: truncated(typing, () => lognormal(typing, 55, 0.2), minWPM, maxWPM),
    holdMs: clamp(normal(typing, 104, 20), 55, 170),
    unevenness: clamp(normal(typing, 0.31, 0.06), 0.1, 0.6),
    hesitancy: lognormal(typing, 1, 0.35),
    slowed: { sameFinger: normal(typing, 0.25, 0.08), wordStart: normal(typing, 0.14, 0.13) },
    fitts: { a: lognormal(pointer, 297, 0.12), b: lognormal(pointer, 200, 0.12) },
    config,
  };
}
