import type { HumanBehaviorConfig, Random } from "@bentham/core";
import { clamp, lognormal, normal, truncated } from "../distributions.ts";
import { TYPING_FIGURES } from "./typing-figures.ts";

/** How one person types; drawn once, and kept. */
export interface Typist {
  /** Words (of 5 characters) a minute, corrections included. */
  readonly wordsPerMinute: number;
  /** Median interval of two keys, in milliseconds. */
  readonly medianMs: number;
  /** Median time a key is held, in milliseconds, and the deviation of its logarithm. */
  readonly holdMs: number;
  readonly holdDeviation: number;
  /** The deviation of the logarithms of intervals that are not slow ones. */
  readonly unevenness: number;
  /** How often this person pauses, as a multiple of what is usual. */
  readonly hesitancy: number;
  /** How much longer the pauses of this person are, in the logarithm. */
  readonly dawdling: number;
  /** How much this person's speed comes and goes. */
  readonly drift: number;
  /** What two keys for one finger, and a word's first letter, add to the logarithm of the interval before them. */
  readonly slowed: { readonly sameFinger: number; readonly wordStart: number };
  /** Mistakes of this person, as a multiple of the configuration's rate; 1 in the mean. */
  readonly carelessness: number;
  /** How soon this person sees a mistake, and puts Shift down, as multiples of what is usual. */
  readonly noticing: number;
  readonly shifting: number;
}

/** Share of keys that are followed by a pause in the data that the figures are of. */
const COMMON_PAUSES = 0.1;

/** Milliseconds a character at one word (of 5 characters) a minute. */
export const MS_PER_CHARACTER = 12_000;

/** Shares of pairs of keys in English prose, by how the hands get from one to the other. */
const PAIRS = [
  ["otherHand", 0.33],
  ["sameHand", 0.26],
  ["wordEnd", 0.17],
  ["wordStart", 0.17],
  ["sameFinger", 0.04],
  ["sameKey", 0.02],
  ["other", 0.01],
] as const;

export function drawTypist(config: HumanBehaviorConfig["typing"], random: Random): Typist {
  const { speed, hold, unevenness, slow, drift, reaches, shift, mistakes } = TYPING_FIGURES;
  const { minWPM, maxWPM } = config;
  const wordsPerMinute = truncated(random, () => lognormal(random, speed.median, speed.deviation), minWPM, maxWPM);
  const usual = Math.log(speed.median / wordsPerMinute);
  const typist = {
    wordsPerMinute,
    holdMs: clamp(lognormal(random, hold.median * Math.exp(hold.withInterval * usual), hold.deviation), 45, 200),
    holdDeviation: lognormal(random, hold.within, hold.withinDeviation),
    unevenness: clamp(lognormal(random, unevenness.median, unevenness.deviation), 0.1, 0.7),
    hesitancy: lognormal(random, 1, slow.hesitancyDeviation) * (config.pauseProbability / COMMON_PAUSES),
    dawdling: normal(random, 0, slow.tailDeviation),
    drift: lognormal(random, drift.added, drift.addedDeviation),
    slowed: {
      sameFinger: normal(random, reaches.sameFinger.more, reaches.sameFinger.deviation),
      wordStart: normal(random, reaches.wordStart.more, reaches.wordStart.deviation),
    },
    carelessness: lognormal(random, Math.exp(-(mistakes.deviation ** 2) / 2), mistakes.deviation),
    noticing: lognormal(random, 1, mistakes.firstPersonDeviation),
    shifting: lognormal(random, 1, shift.personDeviation),
  };
  const perCharacter = MS_PER_CHARACTER / wordsPerMinute;
  const medianMs = (perCharacter * speed.allowance) / meanPerMedian(typist, config.mistakeRate, perCharacter);
  return { ...typist, medianMs };
}

/** The time a character takes, corrections included, as a multiple of the person's median interval. */
function meanPerMedian(
  { unevenness, hesitancy, dawdling, drift, slowed, carelessness }: Omit<Typist, "medianMs">,
  mistakeRate: number,
  perCharacter: number,
): number {
  const { slow, reaches, mistakes, drift: drifts } = TYPING_FIGURES;
  const drifted = drift ** 2 / (1 - drifts.kept ** 2) / 2;
  let mean = 0;
  for (const [reach, share] of PAIRS) {
    const more = reach === "sameFinger" || reach === "wordStart" ? slowed[reach] : reaches[reach].more;
    const isSlow = clamp(reaches[reach].slow * hesitancy, 0, 1);
    const quickly = Math.exp(unevenness ** 2 / 2);
    const slowly = Math.exp(slow.more + dawdling + slow.deviation ** 2 / 2);
    mean += share * Math.exp(more + drifted) * ((1 - isSlow) * quickly + isSlow * slowly);
  }
  const { lengths } = mistakes;
  const length = lengths.reduce((sum, part, index) => sum + part * (index + 1), 0) / lengths.reduce((a, b) => a + b, 0);
  const first = mistakes.first * Math.exp(mistakes.firstDeviation ** 2 / 2);
  const resumed = mistakes.resumed * Math.exp(mistakes.resumedDeviation ** 2 / 2);
  const next = (mistakes.next / perCharacter) * 1.4 * (length - 1);
  const rate = Math.min(1, mistakeRate * carelessness);
  return mean + rate * (first + resumed - mean + next + (length + mistakes.wrong - 1) * mean);
}
