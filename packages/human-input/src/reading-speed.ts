import type { Random } from "@bentham/core";
import { normal, truncated } from "./distributions.ts";

/**
 * How fast people read, in words a minute: 238 in the mean of 190 studies, most adults from 175 to 300 (M. Brysbaert, "How
 * many words do we read per minute?", Journal of Memory and Language 109, 2019).
 */
const READING = { mean: 238, deviation: 30, slowest: 175, fastest: 300 } as const;

/** How fast one person reads, in words a minute. */
export function drawReadingSpeed(random: Random): number {
  const { mean, deviation, slowest, fastest } = READING;
  return truncated(random, () => normal(random, mean, deviation), slowest, fastest);
}
