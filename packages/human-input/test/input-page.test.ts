import { SimulatedClock } from "@bentham/testbed";
import { expect, test } from "vitest";
import { isInputPage } from "../src/index.ts";
import { recordingPage } from "./support/recording-page.ts";

test("tells what takes input from what does not", () => {
  const page = recordingPage(new SimulatedClock());
  expect(isInputPage(page)).toBe(true);
  for (const other of [
    undefined,
    null,
    {},
    { ...page, keyboard: undefined },
    { ...page, mouse: { move: () => undefined } },
  ]) {
    expect(isInputPage(other)).toBe(false);
  }
});
