import process from "node:process";
import type { Persona } from "./persona.ts";
import { type Plan, planOf, type Step } from "./plan.ts";

/** Share of a key's hold from one key of a chord to the next. */
const CHORD_GAP = 0.6;

/** Plans one key, held for as long as the person holds keys; for no time when nobody is imitated. */
export function planPress(key: string, persona: Persona | undefined): Plan {
  return planOf([
    { atMs: 0, kind: "keyDown", key },
    { atMs: persona?.holdMs ?? 0, kind: "keyUp", key },
  ]);
}

/** Plans how what has the focus is emptied: everything is selected, and taken away. */
export function planClear(persona: Persona | undefined): Plan {
  const modifier = process.platform === "darwin" ? "Meta" : "Control";
  const keys = [
    ["keyDown", modifier],
    ["keyDown", "a"],
    ["keyUp", "a"],
    ["keyUp", modifier],
    ["keyDown", "Backspace"],
    ["keyUp", "Backspace"],
  ] as const;
  const gapMs = (persona?.holdMs ?? 0) * CHORD_GAP;
  return planOf(keys.map(([kind, key], index): Step => ({ atMs: index * gapMs, kind, key })));
}
