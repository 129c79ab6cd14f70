import { expect, test } from "vitest";
import { planClick, planReading, planScroll, planTyping } from "../src/index.ts";
import { aPersona, BEHAVIORS } from "./support/behaviors.ts";

// A hash in the evidence stands for a plan as long as the same seed plans the same. When one of these changes, say so in
// the change log: evidence of before is then replayed with the version it was made with.

const TEXT = "What does Anna's café cost?\nIn 你好 words: 👍🏽!";
const BOX = { x: 600, y: 400, width: 120, height: 40 };

test.each([
  ["default", "aa908d3f3d659d7f", "90aef2ae6ba23dfd", "08b2aaeb3feb10f8"],
  ["clumsy", "2c512f4437db2b6c", "90aef2ae6ba23dfd", "08b2aaeb3feb10f8"],
  ["careful", "0c2853e0464aec1c", "90aef2ae6ba23dfd", "08b2aaeb3feb10f8"],
  ["fast", "cd76ac3ffdfcb159", "8d743dc9e033fa72", "08b2aaeb3feb10f8"],
  ["slow", "9b840e0c53364651", "12697bce40187dca", "08b2aaeb3feb10f8"],
])("somebody %s plans what they always have", (name, typing, click, pause) => {
  const persona = aPersona(BEHAVIORS[name] ?? {}, "golden");
  expect(planTyping(TEXT, persona, "golden/0").planHash.slice(0, 16)).toBe(typing);
  expect(planClick({ x: 10, y: 20 }, BOX, persona, "golden/1").planHash.slice(0, 16)).toBe(click);
  expect(planReading("Some words to read.", persona, "golden/2").planHash.slice(0, 16)).toBe(pause);
});

test("the wheel turns as it always has", () => {
  expect(planScroll(1500, "golden/3").planHash.slice(0, 16)).toBe("275cd2c6bf80c594");
});
