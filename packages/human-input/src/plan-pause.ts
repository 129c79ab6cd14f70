import { seededRandom } from "@bentham/core";
import { lognormal, truncated } from "./distributions.ts";
import type { Persona } from "./persona.ts";
import { type Plan, planOf } from "./plan.ts";

/** How pauses vary: the deviation of their logarithms. Assumed; no data of pauses on pages was found. */
const DEVIATION = 0.4;

/**
 * Plans a pause within `navigationDelay` or `readingDelay`, lognormal about the geometric mean of the range: 1 s of the
 * default 0.5 to 2 s after a page has come up.
 *
 * @param seed The same seed gives the same plan.
 */
export function planPause(kind: "navigation" | "reading", persona: Persona, seed: string): Plan {
  const random = seededRandom(`${seed}/pause-${kind}`);
  const { navigationDelay, readingDelay } = persona.config.timing;
  const [min, max] = kind === "navigation" ? navigationDelay : readingDelay;
  const pauseMs = truncated(random, () => lognormal(random, Math.sqrt(min * max), DEVIATION), min, max);
  return planOf([{ atMs: pauseMs, kind: "wait" }]);
}
