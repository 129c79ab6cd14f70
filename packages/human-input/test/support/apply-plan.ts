import { expect } from "vitest";
import type { Plan } from "../../src/index.ts";

/** What stands in an empty editor when a plan has been played there; refuses what no keyboard does. */
export function applyPlan({ events }: Plan): string {
  let text = "";
  const down = new Set<string>();
  for (const step of events) {
    if (step.kind === "insertText") text += step.text;
    if (step.kind === "keyUp") expect(down.delete(step.key), `${step.key} goes up`).toBe(true);
    if (step.kind !== "keyDown") continue;
    expect(down.has(step.key), `${step.key} is down already`).toBe(false);
    down.add(step.key);
    text = pressed(text, step.key, down.has("Shift"));
  }
  expect([...down], "keys left down").toEqual([]);
  return text;
}

function pressed(text: string, key: string, withShift: boolean): string {
  if (key === "Shift") return text;
  if (key === "Enter") return `${text}${withShift ? "\n" : "SENT"}`;
  if (key === "Backspace") return text.slice(0, -1);
  expect(key, "a key that the keyboard has").toMatch(/^[ -~]$/);
  expect([key, withShift]).toEqual([key, /^[A-Z~!@#$%^&*()_+{}|:"<>?]$/.test(key)]);
  return text + key;
}
