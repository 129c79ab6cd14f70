import type { Plan } from "../../src/index.ts";
import { graphemesOf } from "../../src/typing/graphemes.ts";
import type { KeyboardLayout } from "../../src/typing/keyboard-layout.ts";

/** Shortest and longest hold of a key that gives a character or takes it back, in milliseconds. */
const HOLDS = [1, 800] as const;

const MODIFIERS: readonly string[] = ["Shift", "AltGraph"];

/** Longest time from a modifier's going down to the first key it is held for, and from the last one on, in milliseconds. */
const LONGEST_LEAD = 2_010;
const LONGEST_LAG = 810;

/**
 * What a plan does that no keyboard can, or that does not give the text, in words; undefined for a plan that is right.
 * Far faster than matchers, for sweeps over many plans.
 */
export function brokenRuleOf(plan: Plan, text: string, layout: KeyboardLayout): string | undefined {
  const wanted = text.replaceAll(/\r\n?/g, "\n");
  const shown: string[] = [];
  const downSince = new Map<string, number>();
  const held = new Set<string>();
  let last = -1;
  let keyAt = -Infinity;
  for (const event of plan.events) {
    if (!Number.isInteger(event.atMs) || event.atMs <= last) return `two events at ${event.atMs} ms, or out of order`;
    last = event.atMs;
    if (event.kind === "insertText") {
      shown.push(event.text);
    } else if (event.kind === "keyDown" || event.kind === "keyUp") {
      const code = layout.keyOf(event.key)?.code ?? event.key;
      if (event.kind === "keyUp") {
        const since = downSince.get(code);
        if (since === undefined) return `${event.key} goes up and was not down`;
        const heldMs = event.atMs - since;
        if (MODIFIERS.includes(event.key)) {
          if (keyAt < since) return `${event.key} is held for no key`;
          if (event.atMs - keyAt > LONGEST_LAG) return `${event.key} stays down for ${event.atMs - keyAt} ms`;
        } else if (heldMs < HOLDS[0] || heldMs > HOLDS[1]) {
          return `${event.key} is held ${heldMs} ms`;
        }
        downSince.delete(code);
        held.delete(event.key);
        continue;
      }
      if (downSince.has(code)) return `${event.key} goes down while it is down`;
      downSince.set(code, event.atMs);
      held.add(event.key);
      if (!MODIFIERS.includes(event.key)) {
        const [first] = MODIFIERS.filter((modifier) => held.has(modifier)).map((modifier) => downSince.get(modifier));
        if (first !== undefined && first > keyAt && event.atMs - first > LONGEST_LEAD) {
          return `${event.key} comes ${event.atMs - first} ms after what is held for it`;
        }
        keyAt = event.atMs;
      }
      const broken = press(event.key, shown, held, layout);
      if (broken !== undefined) return broken;
    } else {
      return `${event.kind} is no event of a keyboard`;
    }
  }
  if (downSince.size > 0) return `${[...downSince.keys()].join(" ")} is never released`;
  if (plan.durationMs !== Math.max(0, last)) return "it does not end with its last event";
  if (plan.finalText !== wanted) return "its final text is another one";
  if (shown.join("") !== wanted) return `it gives ${JSON.stringify(shown.join(""))}`;
  return undefined;
}

function press(key: string, shown: string[], held: ReadonlySet<string>, layout: KeyboardLayout): string | undefined {
  if (MODIFIERS.includes(key)) return undefined;
  if (key === "Backspace") {
    shown.splice(0, shown.length, ...graphemesOf(shown.join("")).slice(0, -1));
    return undefined;
  }
  if (key === "Enter") {
    shown.push("\n");
    return held.has("Shift") ? undefined : "Enter without Shift would send";
  }
  const wanted = layout.keyOf(key);
  if (!wanted) return `${key} is on no key of the ${layout.name} keyboard`;
  for (const modifier of MODIFIERS) {
    if (held.has(modifier) !== (wanted.modifier === modifier)) return `${key} with ${modifier} wrongly up or down`;
  }
  shown.push(key);
  return undefined;
}
