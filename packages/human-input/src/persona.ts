import { type HumanBehaviorConfig, seededRandom } from "@bentham/core";
import { clamp, lognormal, normal } from "./distributions.ts";

/** What stays the same about one person, from one action to the next. */
export interface Persona {
  /** Words (of 5 characters) a minute. */
  readonly wordsPerMinute: number;
  /** Median time a key is held, in milliseconds. */
  readonly holdMs: number;
  /** How much the intervals between keys vary: the deviation of their logarithms. */
  readonly unevenness: number;
  /** Fitts's law: time of a pointer's way = a + b * log2(distance / width + 1), in milliseconds. */
  readonly fitts: { readonly a: number; readonly b: number };
  readonly config: HumanBehaviorConfig;
}

/**
 * A person of the configuration, drawn once. Figures: typing of 168,000 people (Dhakal, Feit, Kristensson and Oulasvirta,
 * CHI 2018: keys held for 104 ms in the mean), mouse by ISO 9241-9 (Soukoreff and MacKenzie, IJHCS 61, 2004).
 */
export function personaOf(config: HumanBehaviorConfig, seed: string): Persona {
  const random = seededRandom(`${seed}/persona`);
  const { minWPM, maxWPM } = config.typing;
  const spread = Math.exp(normal(random, 0, 0.12));
  return {
    wordsPerMinute: lognormal(random, 55, 0.2, minWPM, maxWPM),
    holdMs: clamp(normal(random, 104, 20), 55, 170),
    unevenness: clamp(normal(random, 0.31, 0.06), 0.15, 0.5),
    fitts: { a: 297 * spread, b: 200 * spread },
    config,
  };
}
