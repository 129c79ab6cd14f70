import type { HumanBehaviorOptions } from "@bentham/core";
import { completeHumanBehavior, type Persona, personaOf } from "../../src/index.ts";

/** Behaviors of all sorts: the default one, the edges of the ranges, and ranges where people are not. */
export const BEHAVIORS: Readonly<Record<string, HumanBehaviorOptions>> = {
  default: {},
  clumsy: { typing: { mistakeRate: 1 } },
  careful: { typing: { mistakeRate: 0, pauseProbability: 1 } },
  fast: { typing: { minWPM: 250, maxWPM: 300, mistakeRate: 0.5 }, mouse: { clickDelay: [0, 10] } },
  slow: { typing: { minWPM: 1, maxWPM: 5, pauseProbability: 0 }, mouse: { clickDelay: [1000, 1200] } },
};

export function aPersona(behavior: HumanBehaviorOptions, seed: string): Persona {
  return personaOf(completeHumanBehavior(behavior), seed);
}
