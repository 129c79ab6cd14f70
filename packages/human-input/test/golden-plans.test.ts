import { expect, test } from "vitest";
import { planClick, planPause, planScroll, planTyping } from "../src/index.ts";
import { aPersona, BEHAVIORS } from "./support/behaviors.ts";

// A hash in the evidence stands for a plan as long as the same seed plans the same. When one of these changes, say so in
// the change log: evidence of before is then replayed with the version it was made with.

const TEXT = "What does Anna's café cost?\nIn 你好 words: 👍🏽!";
const BOX = { x: 600, y: 400, width: 120, height: 40 };

test.each([
  ["default", "e18af6839bf04935", "6c612412ddd352d5", "6e6d5b2ca2577f19"],
  ["clumsy", "5e0890c525a55132", "6c612412ddd352d5", "6e6d5b2ca2577f19"],
  ["careful", "b46d98b328e20d4c", "6c612412ddd352d5", "6e6d5b2ca2577f19"],
  ["fast", "08a52e0f98c6fe78", "21f83898f120b668", "6e6d5b2ca2577f19"],
  ["slow", "2269aaafeb1948eb", "189b0f1b762905e2", "6e6d5b2ca2577f19"],
])("somebody %s plans what they always have", (name, typing, click, pause) => {
  const persona = aPersona(BEHAVIORS[name] ?? {}, "golden");
  expect(planTyping(TEXT, persona, "golden/0").hash.slice(0, 16)).toBe(typing);
  expect(planClick({ x: 10, y: 20 }, BOX, persona, "golden/1").hash.slice(0, 16)).toBe(click);
  expect(planPause("reading", persona, "golden/2").hash.slice(0, 16)).toBe(pause);
});

test("the wheel turns as it always has", () => {
  expect(planScroll(1500, "golden/3").hash.slice(0, 16)).toBe("164dcaba79d6625c");
});
