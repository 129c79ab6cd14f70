import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { insertedTexts, type Plan, planTyping, type TypingOptions } from "../../src/index.ts";
import { LAYOUT_NAMES, layoutOf } from "../../src/typing/keyboard-layout.ts";
import { brokenRuleOf } from "../support/broken-rule.ts";
import { aPersona } from "../support/behaviors.ts";
import { SENTENCES } from "../support/sentences.ts";

/** Real questions in 26 languages, where the folder that holds them lies beside the repository. */
const QUESTIONS = new URL("../../../../../shared/data/questions/", import.meta.url);

/** Some 60,000 plans: a third of a minute where nothing else runs, minutes where much does. In milliseconds. */
const SLOW = 300_000;

test(
  "1,000 people type 60 sentences each, exactly, key by key, at a speed of theirs within the range",
  { timeout: SLOW },
  () => {
    for (let seed = 0; seed < 1000; seed++) {
      const persona = aPersona({}, `${seed}`);
      const speeds: number[] = [];
      for (const [index, text] of SENTENCES.entries()) {
        const plan = planTyping(text, persona, `${seed}/${index}`);
        const broken = brokenRuleOf(plan, text, layoutOf("us"));
        if (broken !== undefined) throw new Error(`person ${seed}, sentence ${index}: ${broken}`);
        if (text.length > 1) speeds.push(speedOf(plan));
      }
      const mean = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length;
      if (mean < 40 || mean > 80) throw new Error(`person ${seed} types ${mean} words a minute`);
    }
    expect(SENTENCES).toHaveLength(60);
  },
);

test.each(LAYOUT_NAMES)("people type on a %s keyboard with the keys it has", (layout) => {
  for (let seed = 0; seed < 20; seed++) {
    const persona = aPersona({ typing: { mistakeRate: 0.1 } }, `${seed}`);
    for (const [index, text] of SENTENCES.entries()) {
      const broken = brokenRuleOf(planTyping(text, persona, `${index}`, { layout }), text, layoutOf(layout));
      if (broken !== undefined) throw new Error(`person ${seed}, sentence ${index}: ${broken}`);
    }
  }
  expect(layoutOf(layout).keyOf("e")).toEqual({ code: "KeyE" });
});

test.each<[NonNullable<TypingOptions["layout"]>, string, string[]]>([
  ["us", "Größe: 5 € für naïve", ["ö", "ß", "€", "ü", "ï"]],
  ["uk", "£5 or 5 € for naïve", ["ï"]],
  ["german", "Größe: 5 € für naïve Leute @home", ["ï"]],
  ["french", "ça coûte 5 €, à l'été", ["û"]],
  ["spanish", "¿El niño está aquí? ¡Sí! ç", ["á", "í", "í"]],
])("what a %s keyboard has no key for is inserted, and said so", (layout, text, inserted) => {
  const persona = aPersona({}, "1");
  expect(insertedTexts(planTyping(text, persona, "1", { layout }))).toEqual(inserted);
});

test("the slowest people hold Shift for what needs it, and not for longer than people do", () => {
  for (let seed = 0; seed < 100; seed++) {
    const persona = aPersona({ typing: { minWPM: 1, maxWPM: 1 } }, `${seed}`);
    for (const text of ["aB", "To", "What Does Anna Say?", "one\ntwo", 'a Big (Round) "Ball"']) {
      expect(brokenRuleOf(planTyping(text, persona, `${seed}`), text, layoutOf("us"))).toBeUndefined();
    }
  }
});

test("20 people type every question of the lists in 26 languages exactly", { timeout: SLOW }, (context) => {
  if (!existsSync(QUESTIONS)) return context.skip(`no questions in ${QUESTIONS.pathname}: those are not typed`);
  const questions = readdirSync(QUESTIONS)
    .filter((file) => file.endsWith(".jsonl"))
    .flatMap((file) => readFileSync(new URL(file, QUESTIONS), "utf8").trim().split("\n"))
    .map((line): { id: string; text: string } => JSON.parse(line));
  expect(questions.length).toBeGreaterThan(1000);
  for (let seed = 0; seed < 20; seed++) {
    const persona = aPersona({}, `${seed}`);
    for (const { id, text } of questions) {
      const broken = brokenRuleOf(planTyping(text, persona, `${seed}/${id}`), text, layoutOf("us"));
      if (broken !== undefined) throw new Error(`person ${seed}, question ${id}: ${broken}`);
    }
  }
});

/** Words a minute from the first character to the last one. */
function speedOf({ events, finalText }: Plan): number {
  const strokes = events.filter(
    (event) => event.kind === "insertText" || (event.kind === "keyDown" && event.key !== "Shift"),
  );
  const timeMs = (strokes.at(-1)?.atMs ?? 0) - (strokes[0]?.atMs ?? 0);
  return ((Array.from(finalText).length - 1) * 12_000) / timeMs;
}
