import type { Random } from "@bentham/core";
import { lognormal, normal } from "../distributions.ts";
import { reachBetween } from "./keyboard-layout.ts";
import type { Stroke } from "./strokes.ts";
import { TYPING_FIGURES } from "./typing-figures.ts";
import type { Typist } from "./typist.ts";

/** Shortest time from one key to the next, in milliseconds. */
const SHORTEST = 25;

/**
 * The time before each stroke, in milliseconds, and none before the first one: lognormal intervals by how the hands get
 * from key to key, some of them slow, about a speed that comes and goes.
 *
 * @param leads How long before each stroke Shift goes down for it, in milliseconds; 0 where it does not.
 */
export function keyIntervals(
  strokes: readonly Stroke[],
  leads: readonly number[],
  typist: Typist,
  random: Random,
): number[] {
  const { drift: drifts, shift } = TYPING_FIGURES;
  let drift = normal(random, 0, typist.drift / Math.sqrt(1 - drifts.kept ** 2));
  return strokes.map((stroke, index) => {
    drift = drift * drifts.kept + normal(random, 0, typist.drift);
    const interval = Math.max(SHORTEST, intervalBefore(stroke, strokes[index - 1], typist, drift, random));
    const lead = leads[index] ?? 0;
    if (index === 0) return lead;
    return lead === 0 ? interval : Math.max(interval, lead + shift.rest);
  });
}

function intervalBefore(
  stroke: Stroke,
  before: Stroke | undefined,
  typist: Typist,
  drift: number,
  random: Random,
): number {
  const { reaches, slow, mistakes } = TYPING_FIGURES;
  const { medianMs, slowed } = typist;
  if (stroke.role === "firstBackspace") {
    const late = random() < mistakes.late ? Math.exp(normal(random, mistakes.lateMore, mistakes.lateDeviation)) : 1;
    return medianMs * typist.noticing * late * lognormal(random, mistakes.first, mistakes.firstDeviation);
  }
  if (stroke.role === "nextBackspace") return lognormal(random, mistakes.next, mistakes.nextDeviation);
  if (stroke.role === "resumed") return medianMs * lognormal(random, mistakes.resumed, mistakes.resumedDeviation);
  const reach = reachBetween(before?.code, stroke.code);
  const isSlow = random() < reaches[reach].slow * typist.hesitancy;
  const error = isSlow
    ? normal(random, slow.more + typist.dawdling, slow.deviation)
    : normal(random, 0, typist.unevenness);
  const more = reach === "sameFinger" || reach === "wordStart" ? slowed[reach] : reaches[reach].more;
  const interval = medianMs * Math.exp(more + error + drift);
  return stroke.role === "wrong" ? interval * mistakes.wrong : interval;
}
