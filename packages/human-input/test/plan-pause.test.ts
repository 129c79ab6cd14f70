import { expect, test } from "vitest";
import { planPause, planScroll } from "../src/index.ts";
import { aPersona } from "./support/behaviors.ts";

test("pauses are within the range of their kind, also where it is one number", () => {
  for (let seed = 0; seed < 1000; seed++) {
    const persona = aPersona({ timing: { readingDelay: [0, 0] } }, `${seed}`);
    const { steps, durationMs } = planPause("navigation", persona, `${seed}`);
    expect(steps).toEqual([{ atMs: durationMs, kind: "wait" }]);
    expect(durationMs).toBeGreaterThanOrEqual(500);
    expect(durationMs).toBeLessThanOrEqual(2000);
    expect(planPause("reading", persona, `${seed}`).durationMs).toBe(0);
  }
});

test.each([0, 1, 99, 100, 1234.5, -560])("the wheel scrolls by %d pixels exactly", (distance) => {
  for (let seed = 0; seed < 200; seed++) {
    const { steps } = planScroll(distance, `${seed}`);
    const notches = steps.map((step) => (step.kind === "wheel" ? step.deltaY : Number.NaN));
    expect(notches.reduce((sum, notch) => sum + notch, 0)).toBeCloseTo(distance);
    for (const notch of notches) expect(Math.abs(notch)).toBeLessThanOrEqual(100);
  }
});
