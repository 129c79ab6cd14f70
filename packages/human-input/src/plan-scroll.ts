import { seededRandom } from "@bentham/core";
import { clamp, lognormal } from "./distributions.ts";
import { type Plan, planOf, type Step } from "./plan.ts";

/** What one notch of a wheel scrolls by, in CSS pixels. */
const NOTCH = 100;

/** Notches of one burst, lognormal: quartiles 1, 2 and 4, nine in ten up to 9. */
const BURST = { median: 2, deviation: 1.1, most: 20 } as const;

/** Milliseconds from one notch to the next in a burst, and from one burst to the next. */
const GAP = { median: 35, deviation: 0.6, longest: 300 } as const;
const REST = { median: 600, deviation: 1.1, longest: 5_000 } as const;

/**
 * Plans how the wheel scrolls by a distance: notches in bursts, with rests between them. The figures rest on the logs of
 * 10 people only.
 *
 * @param distance In CSS pixels, down the page; a negative one goes up. The notches come to it exactly.
 * @param seed The same seed gives the same plan.
 */
export function planScroll(distance: number, seed: string): Plan {
  const random = seededRandom(`${seed}/scroll`);
  const direction = Math.sign(distance);
  const steps: Step[] = [];
  let atMs = 0;
  let left = Math.abs(distance);
  while (left > 0) {
    const notches = clamp(Math.round(lognormal(random, BURST.median, BURST.deviation)), 1, BURST.most);
    for (let notch = 0; notch < notches && left > 0; notch++) {
      const by = Math.min(NOTCH, left);
      steps.push({ atMs, kind: "wheel", deltaY: direction * by });
      left -= by;
      atMs += clamp(lognormal(random, GAP.median, GAP.deviation), 1, GAP.longest);
    }
    atMs += clamp(lognormal(random, REST.median, REST.deviation), 0, REST.longest);
  }
  return planOf(steps);
}
