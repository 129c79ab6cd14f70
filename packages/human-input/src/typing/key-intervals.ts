import type { Random } from "@bentham/core";
import { lognormal, normal } from "../distributions.ts";
import type { Persona } from "../persona.ts";
import { isLetter, reachOf } from "./keyboard-layout.ts";
import type { Stroke } from "./strokes.ts";

/** Shortest time from one key to the next, in milliseconds. */
const SHORTEST = 25;

/** Milliseconds a character at one word (of 5 characters) a minute. */
export const MS_PER_CHARACTER = 12_000;

/** What pauses, uneven intervals and mistakes make of a median interval: the mean is that much longer. */
const MEAN_PER_MEDIAN = 1.48;

/** Share of keys that are followed by a pause in the data that {@link REACHES} are of. */
const COMMON_PAUSES = 0.1;

/** A slow key: the logarithm of its interval is that much more, and varies that much. */
const SLOW = { more: 0.72, deviation: 0.58 } as const;

/** Speed comes and goes: how much of it is kept from key to key, and how much is new. */
const DRIFT = { kept: 0.8, deviation: 0.1 } as const;

/** A wrong key takes longer. */
const WRONG = 1.39;

/** Until a mistake is taken back, the next Backspace, and until typing goes on. The second is in milliseconds. */
const MENDING = {
  first: { median: 2.75, deviation: 0.38 },
  next: { median: 150, deviation: 0.22 },
  resumed: { median: 1.46, deviation: 0.72 },
} as const;

/** What a pair of keys adds to the logarithm of the interval between them, and how often that is a slow one. */
const REACHES = {
  otherHand: { more: -0.13, slow: 0.13 },
  sameHand: { more: 0.03, slow: 0.13 },
  sameFinger: { more: 0.25, slow: 0.12 },
  sameKey: { more: 0.02, slow: 0.06 },
  wordEnd: { more: -0.14, slow: 0.07 },
  wordStart: { more: 0.14, slow: 0.33 },
  other: { more: 0.55, slow: 0.5 },
} as const;

type Reach = keyof typeof REACHES;

/**
 * The time before each stroke, in milliseconds. The model and its figures are a fit to the public data of 168,000 people
 * (Dhakal, Feit, Kristensson and Oulasvirta, CHI 2018): lognormal intervals by how the hands get from key to key.
 */
export function keyIntervals(strokes: readonly Stroke[], persona: Persona, random: Random): number[] {
  const median = MS_PER_CHARACTER / persona.wordsPerMinute / MEAN_PER_MEDIAN;
  const pauses = (persona.config.typing.pauseProbability / COMMON_PAUSES) * persona.hesitancy;
  let drift = 0;
  return strokes.map((stroke, index) => {
    drift = drift * DRIFT.kept + normal(random, 0, DRIFT.deviation);
    return Math.max(SHORTEST, intervalBefore(stroke, strokes[index - 1]));
  });

  function intervalBefore(stroke: Stroke, before: Stroke | undefined): number {
    const { first, next, resumed } = MENDING;
    if (stroke.role === "firstBackspace") return median * lognormal(random, first.median, first.deviation);
    if (stroke.role === "nextBackspace") return lognormal(random, next.median, next.deviation);
    if (stroke.role === "resumed") return median * lognormal(random, resumed.median, resumed.deviation);
    const reach = reachBetween(before?.key, stroke.key);
    const isSlow = random() < REACHES[reach].slow * pauses;
    const error = isSlow ? normal(random, SLOW.more, SLOW.deviation) : normal(random, 0, persona.unevenness);
    const interval = median * Math.exp(moreFor(reach, persona) + error + drift);
    return stroke.role === "wrong" ? interval * WRONG : interval;
  }
}

function moreFor(reach: Reach, { slowed }: Persona): number {
  return reach === "sameFinger" || reach === "wordStart" ? slowed[reach] : REACHES[reach].more;
}

function reachBetween(before: string | undefined, key: string | undefined): Reach {
  if (isLetter(before) && isLetter(key)) return reachOf(before, key);
  if (isLetter(before) && key === " ") return "wordEnd";
  return before === " " && isLetter(key) ? "wordStart" : "other";
}
