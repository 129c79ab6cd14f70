import { assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import {
  completeHumanBehavior,
  type Persona,
  personaOf,
  type Plan,
  planHashOf,
  planTyping,
} from "@bentham/human-input";

const SENTENCE = "Which running shoes last the longest on wet roads in winter, and why is that so?";

function aPersona(seed = "seed", mistakeRate = 0.02): Persona {
  return personaOf(completeHumanBehavior({ typing: { mistakeRate } }), seed);
}

/** What stands in an empty field once a plan has been played, as a keyboard of the United States types. */
function typedBy({ steps }: Plan): string {
  let text = "";
  let shift = false;
  const down = new Set<string>();
  for (const step of steps) {
    if (step.kind === "insertText") text += step.text;
    if (step.kind === "keyDown") {
      check(!down.has(step.key), `${step.key} goes down twice`);
      down.add(step.key);
      if (step.key === "Shift") shift = true;
      else if (step.key === "Backspace") text = text.slice(0, -1);
      else if (step.key === "Enter") text += shift ? "\n" : "[sent]";
      else {
        check(shift === /[~!@#$%^&*()_+{}|:"<>?A-Z]/.test(step.key), `${step.key} comes with the wrong Shift`);
        text += step.key;
      }
    }
    if (step.kind === "keyUp") {
      check(down.delete(step.key), `${step.key} comes up that is not down`);
      if (step.key === "Shift") shift = false;
    }
  }
  check(down.size === 0, "a key stays down");
  return text;
}

function check(isSo: boolean, message: string): void {
  if (!isSo) throw new Error(message);
}

test("types any text exactly, whatever mistakes are made on the way", () => {
  const texts = oneof(
    string({ unit: "binary", maxLength: 80 }),
    string({ unit: "grapheme", maxLength: 80 }),
    string({ unit: constantFrom("a", "B", "?", "!", " ", "\n", "z", "x", "9"), maxLength: 200 }),
  );
  assert(
    property(texts, integer(), (text, seed) => {
      const plan = planTyping(text, aPersona(String(seed), 0.3), String(seed));
      expect(typedBy(plan)).toBe(text.replaceAll(/\r\n?/g, "\n"));
      const times = plan.steps.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }),
    { numRuns: 500 },
  );
});

test("types at the person's speed", () => {
  for (let seed = 0; seed < 200; seed++) {
    const persona = aPersona(String(seed));
    const { durationMs } = planTyping(SENTENCE, persona, String(seed));
    const wordsPerMinute = SENTENCE.length / 5 / (durationMs / 60_000);
    expect(persona.wordsPerMinute).toBeGreaterThanOrEqual(40);
    expect(persona.wordsPerMinute).toBeLessThanOrEqual(80);
    expect(wordsPerMinute / persona.wordsPerMinute).toBeGreaterThan(0.85);
    expect(wordsPerMinute / persona.wordsPerMinute).toBeLessThan(1.05);
  }
});

function hashOf(seed: string): string {
  return planHashOf(planTyping(SENTENCE, aPersona(seed), seed));
}

test("makes the same plan of the same seed, and another of another", () => {
  expect(hashOf("a")).toBe(hashOf("a"));
  expect(hashOf("a")).not.toBe(hashOf("b"));
});

test("mistakes are made, and mended with Backspace", () => {
  const { steps } = planTyping(SENTENCE.repeat(3), aPersona("seed", 0.2), "seed");
  expect(steps.filter((step) => step.kind === "keyDown" && step.key === "Backspace").length).toBeGreaterThan(10);
});

test("pastes what nobody would type", () => {
  const text = `${"word ".repeat(1_000)}\nend`;
  const plan = planTyping(text, aPersona(), "seed");
  expect(plan.durationMs).toBeLessThan(1_000);
  expect(typedBy(plan)).toBe(text);
});
