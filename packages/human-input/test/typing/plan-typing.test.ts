import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Plan, planTyping, prefixesOf, type TypingOptions } from "../../src/index.ts";
import { applyPlan } from "../support/apply-plan.ts";
import { aPersona, BEHAVIORS } from "../support/behaviors.ts";

const ENGLISH = "The quick brown fox doesn't jump over Anna's lazy dog; why should it, at all?";

/** Texts of all sorts: words, line breaks, and whatever UTF-16 can hold, halves of surrogate pairs too. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom("word", "Hello", "AAA", "aaa", "!?", " ", "\n", "\r", "\r\n", "\t", "https://a.example/b?c=D"),
      fc.constantFrom("👍🏽", "👨‍👩‍👧", "🇨🇭", "你好", "e\u0301", "\u0301", "مرحبا", "שלום", "नमस्ते", "\u200d", "\u202e", "\0"),
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.integer({ min: 0xd800, max: 0xdfff }).map((half) => String.fromCharCode(half)),
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(""));

describe.each(Object.entries(BEHAVIORS))("somebody %s", (name, behavior) => {
  test("types any text exactly, key by key", () => {
    fc.assert(
      fc.property(texts, fc.string(), (text, seed) => {
        const plan = planTyping(text, aPersona(behavior, seed), seed);
        expect(applyPlan(plan)).toBe(text.replaceAll(/\r\n?/g, "\n"));
        expectOrdered(plan);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  test("keeps to the speeds of the configuration, whatever the text", () => {
    for (let seed = 0; seed < 1000; seed++) {
      const persona = aPersona(behavior, `${seed}`);
      const { minWPM, maxWPM } = persona.config.typing;
      const text = ENGLISH.slice(0, 2 + (seed % (ENGLISH.length - 1)));
      const timeMs = typingTime(planTyping(text, persona, `${seed}`));
      // In milliseconds rather than in words a minute, which would be a fraction off.
      expect(timeMs, `${name}, ${seed}`).toBeGreaterThanOrEqual(((text.length - 1) * 12_000) / maxWPM);
      expect(timeMs, `${name}, ${seed}`).toBeLessThanOrEqual(((text.length - 1) * 12_000) / minWPM);
    }
  });
});

test("a range of one speed is kept to, but for two keys that would meet", () => {
  for (const wpm of [1, 60, 300]) {
    for (let seed = 0; seed < 20; seed++) {
      const persona = aPersona({ typing: { minWPM: wpm, maxWPM: wpm } }, `${seed}`);
      for (const text of ["ab", "0123456789", ENGLISH]) {
        const more = typingTime(planTyping(text, persona, `${seed}`)) - ((text.length - 1) * 12_000) / wpm;
        expect([wpm, text, Math.abs(more) <= 1 ? 0 : more]).toEqual([wpm, text, 0]);
      }
    }
  }
});

test("the same seed plans the same, another seed something else", () => {
  const persona = aPersona({}, "1");
  expect(planTyping(ENGLISH, persona, "1/0")).toEqual(planTyping(ENGLISH, persona, "1/0"));
  expect(planTyping(ENGLISH, persona, "1/1").planHash).not.toBe(planTyping(ENGLISH, persona, "1/0").planHash);
});

test("one draw more in one part moves nothing in another", () => {
  for (let seed = 0; seed < 50; seed++) expect(keysOf(0, `${seed}`)).toEqual(keysOf(0.5, `${seed}`));
});

test("the prefixes that a page sees are listed, those of mistakes too", () => {
  const exact = Array.from("one two three", (_, index) => "one two three".slice(0, index + 1));
  expect(seenOf({ mistakes: false })).toEqual(exact);
  expect(seenOf({}).length).toBeGreaterThan(exact.length);
  expect(seenOf({}).at(-1)).toBe("one two three");
});

test("mistakes are made in words alone, and never on the first character", () => {
  const persona = aPersona({ typing: { mistakeRate: 1 } }, "1");
  const backspaces = (text: string): number =>
    planTyping(text, persona, "1").events.filter((step) => step.kind === "keyDown" && step.key === "Backspace").length;
  expect(backspaces("words of prose")).toBeGreaterThan(0);
  for (const text of ["a", "1234567890", "https://example.com/index", "user@example.com", "你好你好"]) {
    expect([text, backspaces(text)]).toEqual([text, 0]);
  }
});

test("of the characters of prose, as many are mistaken as the rate says, person by person more or fewer", () => {
  let letters = 0;
  let mistakes = 0;
  for (let seed = 0; seed < 300; seed++) {
    const { events } = planTyping(ENGLISH, aPersona({ typing: { mistakeRate: 0.1 } }, `${seed}`), `${seed}`);
    const keys = events.flatMap((step) => (step.kind === "keyDown" && step.key !== "Shift" ? [step.key] : []));
    letters += ENGLISH.length;
    mistakes += keys.filter((key, index) => key === "Backspace" && keys[index - 1] !== "Backspace").length;
  }
  // A little below: a letter whose omission changes nothing ("ll") is not mistaken.
  expect(mistakes / letters).toBeCloseTo(0.1, 1);
});

test("keys overlap as often as those of people do: about one in five", () => {
  let overlaps = 0;
  let pairs = 0;
  for (let seed = 0; seed < 300; seed++) {
    const { events } = planTyping(ENGLISH, aPersona({}, `${seed}`), `${seed}`);
    const keys = events.filter((step) => (step.kind === "keyDown" || step.kind === "keyUp") && step.key !== "Shift");
    pairs += keys.length / 2;
    overlaps += keys.filter((step, index) => step.kind === "keyDown" && keys[index - 1]?.kind === "keyDown").length;
  }
  expect(overlaps / pairs).toBeGreaterThan(0.12);
  expect(overlaps / pairs).toBeLessThan(0.3);
});

test("a text past the limit is pasted, line by line", () => {
  const text = `${"x".repeat(1000)}\r\n${"y".repeat(1000)}`;
  const plan = planTyping(text, aPersona({}, "1"), "1");
  expect(plan.events.map((step) => step.kind)).toEqual([
    "insertText",
    "keyDown",
    "keyDown",
    "keyUp",
    "keyUp",
    "insertText",
  ]);
  expect(applyPlan(plan)).toBe(text.replace("\r\n", "\n"));
});

test("the limit is what the caller says", () => {
  const persona = aPersona({}, "1");
  const kinds = (longestTyped: number): Set<string> =>
    new Set(planTyping("some text", persona, "1", { longestTyped }).events.map((step) => step.kind));
  expect(kinds(8)).toEqual(new Set(["insertText"]));
  expect(kinds(0)).toEqual(new Set(["insertText"]));
  expect(kinds(9)).toEqual(new Set(["keyDown", "keyUp"]));
  expect(kinds(Infinity)).toEqual(new Set(["keyDown", "keyUp"]));
});

test.each([{ layout: "dvorak" }, { longestTyped: "5" }])("what is no option of typing is refused: %j", (options) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as a program without types would call it
  const plan = (): unknown => planTyping("text", aPersona({}, "1"), "1", options as TypingOptions);
  expect(plan).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
});

test("a prompt of 20,000 characters is planned at once even when it is typed", () => {
  const text = `${ENGLISH} `.repeat(256);
  expect(applyPlan(planTyping(text, aPersona({}, "1"), "1", { longestTyped: Infinity }))).toBe(text);
});

/** The keys that somebody presses who pauses that often. */
function keysOf(pauseProbability: number, seed: string): string[] {
  const persona = aPersona({ typing: { pauseProbability, mistakeRate: 0.1 } }, "1");
  return planTyping(ENGLISH, persona, seed).events.flatMap((event) => (event.kind === "keyDown" ? [event.key] : []));
}

/** What a page sees of somebody who often errs. */
function seenOf(options: { mistakes?: boolean }): string[] {
  return prefixesOf(planTyping("one two three", aPersona({ typing: { mistakeRate: 0.4 } }, "1"), "1", options));
}

/** From the first character or Backspace to the last one, in milliseconds. */
function typingTime({ events }: Plan): number {
  const strokes = events.filter((event) => event.kind === "keyDown" && event.key !== "Shift");
  return (strokes.at(-1)?.atMs ?? 0) - (strokes[0]?.atMs ?? 0);
}

function expectOrdered({ events, durationMs }: Plan): void {
  let last = -1;
  for (const { atMs } of events) {
    expect(Number.isInteger(atMs) && atMs > last).toBe(true);
    last = atMs;
  }
  expect(durationMs).toBe(Math.max(0, last));
}
