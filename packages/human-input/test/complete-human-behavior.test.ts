import { DEFAULT_HUMAN_BEHAVIOR, type HumanBehaviorOptions } from "@bentham/core";
import { expect, test } from "vitest";
import { completeHumanBehavior } from "../src/index.ts";

test("what is left out keeps its default, and so does what is undefined", () => {
  const whole = { ...DEFAULT_HUMAN_BEHAVIOR, speed: "human", layout: "us", readingMode: "skim", focusPatterns: false };
  expect(completeHumanBehavior()).toEqual(whole);
  const unset = { typing: { minWPM: undefined, maxWPM: 90 }, mouse: undefined };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as a program without types would call it
  expect(completeHumanBehavior(unset as unknown as HumanBehaviorOptions)).toEqual({
    ...whole,
    typing: { ...DEFAULT_HUMAN_BEHAVIOR.typing, maxWPM: 90 },
  });
});

test.each<[unknown, string | RegExp]>([
  [{ typing: { minWPM: 0 } }, "human.typing.minWPM must be from 1 to 300, and is 0"],
  [{ typing: { minWPM: 90 } }, "human.typing.maxWPM must be from 90 to 300, and is 80, its default: set it, too"],
  [{ typing: { minWPM: 90, maxWPM: 70 } }, /must be from 90 to 300, and is 70$/],
  [null, "human must be an object, and is null"],
  ["brisk", 'human must be an object, and is "brisk"'],
  [{ typing: "x" }, 'human.typing must be an object, and is "x"'],
  [{ mouse: [50, 200] }, "human.mouse must be an object, and is [50,200]"],
  [{ typing: { minWpm: 50 } }, 'human.typing.minWpm is no option: did you mean "minWPM"?'],
  [{ sound: true }, "human.sound is no option: there are typing, mouse, timing, speed"],
  [{ timing: { navigationDelay: [0, 1e300] } }, "two numbers of milliseconds from 0 to 3600000"],
  [{ layout: "dvorak" }, 'human.layout must be "us" or "uk"'],
  [{ focusPatterns: "yes" }, 'human.focusPatterns must be true or false, and is "yes"'],
  [{ typing: { maxWPM: 301 } }, "human.typing.maxWPM must be from 40 to 300, and is 301"],
  [{ typing: { mistakeRate: 1.5 } }, "human.typing.mistakeRate must be from 0 to 1, and is 1.5"],
  [{ typing: { mistakeRate: "0.1" } }, 'human.typing.mistakeRate must be from 0 to 1, and is "0.1"'],
  [{ typing: { pauseProbability: Number.NaN } }, "human.typing.pauseProbability must be from 0 to 1, and is NaN"],
  [{ mouse: { clickDelay: [200, 50] } }, "and is [200,50]"],
  [{ mouse: { clickDelay: [-1, 50] } }, "and is [-1,50]"],
  [{ mouse: { clickDelay: 50 } }, "human.mouse.clickDelay must be two numbers of milliseconds"],
  [{ mouse: { movementStyle: "linear" } }, 'human.mouse.movementStyle must be "bezier", and is "linear"'],
  [{ timing: { readingDelay: [0, Infinity] } }, "human.timing.readingDelay must be two numbers"],
  [{ timing: { navigationDelay: [1] } }, "human.timing.navigationDelay must be two numbers"],
  [{ timing: { scrollBehavior: "none" } }, 'human.timing.scrollBehavior must be "gradual", and is "none"'],
])("refuses %j", (options, message) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a study's file says has no type
  const complete = (): unknown => completeHumanBehavior(options as HumanBehaviorOptions);
  expect(complete).toThrow(
    expect.objectContaining({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(typeof message === "string" ? literally(message) : message),
    }),
  );
});

function literally(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.[\](){}?*+^$|\\]/g, "\\$&"));
}
