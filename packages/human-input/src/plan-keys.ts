import process from "node:process";
import { seededRandom } from "@bentham/core";
import { lognormal } from "./distributions.ts";
import type { Persona } from "./persona.ts";
import { type Plan, planOf, type TimedEvent } from "./plan.ts";

/** From one key of a chord to the next, as a share of the person's hold; and how that and holds vary. */
const CHORD_GAP = 0.6;
const DEVIATION = 0.2;

/** Plans one key, held for as long as the person holds keys; for no time when nobody is imitated. */
export function planPress(key: string, persona: Persona | undefined, seed: string): Plan {
  const random = seededRandom(`${seed}/press`);
  return planOf([
    { atMs: 0, kind: "keyDown", key },
    { atMs: persona ? lognormal(random, persona.typist.holdMs, DEVIATION) : 0, kind: "keyUp", key },
  ]);
}

/**
 * Plans how what has the focus is emptied: everything is selected, and taken away. What selects everything goes by the
 * system that the browser runs on, which is taken to be this one: the same seed plans Meta+A on macOS, Control+A elsewhere.
 */
export function planClear(persona: Persona | undefined, seed: string): Plan {
  const random = seededRandom(`${seed}/clear`);
  const modifier = process.platform === "darwin" ? "Meta" : "Control";
  const keys = [
    ["keyDown", modifier],
    ["keyDown", "a"],
    ["keyUp", "a"],
    ["keyUp", modifier],
    ["keyDown", "Backspace"],
    ["keyUp", "Backspace"],
  ] as const;
  const gapMs = (persona?.typist.holdMs ?? 0) * CHORD_GAP;
  let atMs = 0;
  return planOf(
    keys.map(([kind, key], index): TimedEvent => {
      if (index > 0 && gapMs > 0) atMs += lognormal(random, gapMs, DEVIATION);
      return { atMs, kind, key };
    }),
  );
}
