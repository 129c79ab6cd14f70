import { quantileOf } from "./distribution.ts";
import type { Reference } from "./reference.ts";
import { distributionOf, scoreMetric } from "./score.ts";

/** Levels at which people are taken: as many as are scored. */
const PEOPLE = 240;

/**
 * What the people of a reference would score themselves, in words, if they made only a share of their mistakes: how far
 * that alone takes anybody's Backspaces from theirs. Undefined where the reference does not tell of Backspaces.
 *
 * @param share Of their mistakes, from 0 to 1.
 */
export function peopleWithFewerMistakes(reference: Reference, split: string, share: number): string | undefined {
  if (!reference.metrics.has("bkspPerChar")) return undefined;
  const distribution = distributionOf(reference, "bkspPerChar", split);
  const levels = Array.from({ length: PEOPLE }, (_, person) => (person + 0.5) / PEOPLE);
  const people = levels.map((level) => quantileOf(distribution, level) * share);
  const { distance, score } = scoreMetric(reference, "bkspPerChar", split, people, 0);
  return `people with ${share.toFixed(2)} of their mistakes would themselves have bkspPerChar at KS ${distance.toFixed(3)}, s ${score.toFixed(3)}: this line is for information, and no aim`;
}
