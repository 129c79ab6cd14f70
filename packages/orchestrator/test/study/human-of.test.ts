import { expect, test } from "vitest";
import { humanOf } from "../../src/study/human-of.ts";

const slow = { typing: { minWPM: 20, maxWPM: 40 }, mouse: { clickDelay: [5, 10] as [number, number] } };

test("a word is a speed, and off is no imitation of people", () => {
  expect(humanOf("human")).toEqual({ speed: "human" });
  expect(humanOf("brisk")).toEqual({ speed: "brisk" });
  for (const off of ["off", false, { speed: "off" }] as const) expect(humanOf(off)).toBe(false);
  expect(humanOf(slow)).toEqual(slow);
});

test("a surface keeps of the study's input what it does not say itself", () => {
  expect(humanOf(slow, "brisk")).toEqual({ ...slow, speed: "brisk" });
  expect(humanOf(slow, { typing: { mistakeRate: 0 } })).toEqual({
    ...slow,
    typing: { ...slow.typing, mistakeRate: 0 },
  });
  expect(humanOf("brisk", { layout: "german" })).toEqual({ speed: "brisk", layout: "german" });
});

test("a surface may imitate people where the study does not, and the other way about", () => {
  expect(humanOf(slow, "off")).toBe(false);
  expect(humanOf("off", "human")).toEqual({ speed: "human" });
  expect(humanOf(false, slow)).toEqual(slow);
});
