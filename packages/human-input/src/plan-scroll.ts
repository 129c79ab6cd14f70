import { BenthamError, seededRandom } from "@bentham/core";
import { clamp, lognormal } from "./distributions.ts";
import { type Plan, planOf, type TimedEvent } from "./plan.ts";

/** What one notch of a wheel scrolls by, in CSS pixels. */
export const NOTCH = 100;

/** Notches of one burst, lognormal: quartiles 1, 2 and 4, nine in ten up to 9. */
const BURST = { median: 2, deviation: 1.1, most: 15 } as const;

/** Milliseconds from one notch to the next in a burst, and from one burst to the next. */
const GAP = { median: 35, deviation: 0.6, shortest: 17, longest: 300 } as const;
const REST = { median: 600, deviation: 1.1, shortest: 200, longest: 5_000 } as const;

/**
 * From so many notches off, a few screens, the wheel is spun: longer bursts, with no more of a rest than it takes to look.
 * Assumed; what the logs tell of the way that was left is not known.
 */
const FAR = { notches: 30, burst: { median: 7, deviation: 0.5 }, rest: { median: 300, deviation: 0.4 } } as const;

/** Longest time that the wheel turns for, in milliseconds: past 300,000 pixels nobody gets to the end of a page. */
export const LONGEST_SCROLL = 300_000;

/**
 * Plans how the wheel scrolls by a distance: whole notches in bursts, with rests between them; a long way is spun through
 * at first. The figures rest on the logs of 10 people only (Balabit Mouse Dynamics Challenge).
 *
 * @param distance In CSS pixels, down the page; a negative one goes up. The notches come to it, and to less than one more;
 *   to less where that took longer than five minutes.
 * @param seed The same seed gives the same plan.
 * @throws BenthamError INVALID_REQUEST for a distance that is no finite number.
 */
export function planScroll(distance: number, seed: string): Plan {
  if (!Number.isFinite(distance)) {
    throw new BenthamError("INVALID_REQUEST", `the wheel scrolls by a finite number of pixels, and not by ${distance}`);
  }
  const random = seededRandom(`${seed}/scroll`);
  const deltaY = Math.sign(distance) * NOTCH;
  const events: TimedEvent[] = [];
  let atMs = 0;
  let left = Math.ceil(Math.abs(distance) / NOTCH);
  while (left > 0 && atMs <= LONGEST_SCROLL) {
    const { burst, rest } = left > FAR.notches ? FAR : { burst: BURST, rest: REST };
    const most = Math.min(BURST.most, left);
    const notches = clamp(Math.round(lognormal(random, burst.median, burst.deviation)), 1, most);
    for (let notch = 0; notch < notches; notch++) {
      events.push({ atMs, kind: "wheel", deltaY });
      atMs += clamp(lognormal(random, GAP.median, GAP.deviation), GAP.shortest, GAP.longest);
    }
    left -= notches;
    // The page is looked at when a burst is over.
    const restMs = clamp(lognormal(random, rest.median, rest.deviation), REST.shortest, REST.longest);
    atMs += left > 0 ? restMs : REST.shortest;
    events.push({ atMs, kind: "wait" });
  }
  return planOf(events.filter((event) => event.atMs <= LONGEST_SCROLL));
}
