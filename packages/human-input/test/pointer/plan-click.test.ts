import type { Box } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planClick, planPointer } from "../../src/index.ts";
import { innerPart, isInside } from "../../src/pointer/point.ts";
import { aPersona, BEHAVIORS } from "../support/behaviors.ts";

const BUTTON: Box = { x: 600, y: 400, width: 120, height: 40 };

const places = fc.record({ x: fc.integer({ min: 0, max: 2000 }), y: fc.integer({ min: 0, max: 1200 }) });
const boxes = fc.record({
  x: fc.double({ min: 0, max: 2000, noNaN: true }),
  y: fc.double({ min: 0, max: 1200, noNaN: true }),
  width: fc.double({ min: 0.1, max: 1500, noNaN: true }),
  height: fc.double({ min: 0.1, max: 900, noNaN: true }),
});

describe.each(Object.entries(BEHAVIORS))("somebody %s", (_, behavior) => {
  test("presses inside the element, for as long as the configuration says", () => {
    fc.assert(
      fc.property(places, boxes, fc.string(), (from, box, seed) => {
        const persona = aPersona(behavior, seed);
        const { events } = planClick(from, box, persona, seed);
        const end = events.findLast((step) => step.kind === "move") ?? from;
        expect(isInside(end, innerPart(box))).toBe(true);
        expect(events.slice(-2).map(({ kind }) => kind)).toEqual(["down", "up"]);
        expect(events.filter(({ kind }) => kind !== "move")).toHaveLength(2);
        const [down, up] = events.slice(-2).map(({ atMs }) => atMs);
        const [min, max] = persona.config.mouse.clickDelay;
        expect((up ?? 0) - (down ?? 0)).toBeGreaterThanOrEqual(min);
        expect((up ?? 0) - (down ?? 0)).toBeLessThanOrEqual(max);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });
});

test("moves are a frame apart, on the page, and none of them is for nothing", () => {
  fc.assert(
    fc.property(places, boxes, fc.string(), (from, box, seed) => {
      let last = { ...from, atMs: 0 };
      for (const step of planPointer(from, box, aPersona({}, seed), seed).events) {
        if (step.kind !== "move") continue;
        expect(step.x !== last.x || step.y !== last.y).toBe(true);
        expect(Math.min(step.x, step.y)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(step.x) && Number.isFinite(step.y)).toBe(true);
        last = step;
      }
    }),
    { numRuns: 1000, seed: 1 },
  );
});

test("ways are fastest before their middle, and farther ones take longer, as people's", () => {
  const peaks: number[] = [];
  const near: number[] = [];
  const far: number[] = [];
  for (let seed = 0; seed < 300; seed++) {
    const persona = aPersona({}, `${seed}`);
    const { events, durationMs } = planPointer({ x: 20, y: 20 }, BUTTON, persona, `${seed}`);
    far.push(durationMs);
    near.push(planPointer({ x: 560, y: 410 }, BUTTON, persona, `${seed}`).durationMs);
    peaks.push(fastestAt(events) / durationMs);
  }
  expect(median(peaks)).toBeGreaterThan(0.15);
  expect(median(peaks)).toBeLessThan(0.35);
  expect(median(far)).toBeGreaterThan(median(near));
});

test("a pointer that is on its place already stays there", () => {
  const persona = aPersona({}, "1");
  const end = planPointer({ x: 0, y: 0 }, BUTTON, persona, "1").events.at(-1);
  if (end?.kind !== "move") throw new Error("a way ends with a move");
  expect(planPointer(end, BUTTON, persona, "1").events).toEqual([]);
});

test.each<[string, Box, { width: number; height: number } | undefined, string]>([
  ["a box at no place", { ...BUTTON, x: Number.NaN }, undefined, "is 120 x 40 at NaN, 400"],
  ["a box of no size", { ...BUTTON, width: 0 }, undefined, "a size above 0"],
  ["a box turned inside out", { ...BUTTON, height: -5 }, undefined, "is 120 x -5"],
  ["a box left of everything", { ...BUTTON, x: -500 }, undefined, "is out of sight"],
  ["a box below the viewport", BUTTON, { width: 300, height: 300 }, "the viewport is 300 x 300"],
  ["a viewport of no size", BUTTON, { width: 0, height: 0 }, "is 0 x 0"],
])("no way is planned to %s", (_, box, viewport, message) => {
  const plan = (): unknown => planClick({ x: 1, y: 1 }, box, aPersona({}, "1"), "1", { viewport });
  expect(plan).toThrow(expect.objectContaining({ code: "INVALID_REQUEST", message: expect.stringContaining(message) }));
});

test("no way is planned from nowhere, and one to what is in sight in part ends in that part", () => {
  const persona = aPersona({}, "1");
  expect(() => planPointer({ x: Number.NaN, y: 0 }, BUTTON, persona, "1")).toThrow("from must be two finite numbers");
  for (let seed = 0; seed < 100; seed++) {
    const end = planPointer({ x: 400, y: 300 }, { x: -90, y: -30, width: 100, height: 40 }, persona, `${seed}`);
    expect(end.events.at(-1)).toMatchObject({ kind: "move", x: expect.toSatisfy((x: number) => x >= 0 && x <= 10) });
  }
});

function fastestAt(events: ReturnType<typeof planPointer>["events"]): number {
  let [fastest, at] = [0, 0];
  let last = { x: 20, y: 20, atMs: 0 };
  for (const step of events) {
    if (step.kind !== "move") continue;
    const speed = Math.hypot(step.x - last.x, step.y - last.y) / (step.atMs - last.atMs);
    if (speed > fastest) [fastest, at] = [speed, step.atMs];
    last = step;
  }
  return at;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
