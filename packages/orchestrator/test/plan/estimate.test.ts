import { expect, test } from "vitest";
import { estimate } from "../../src/index.ts";
import { planOf } from "../support/plans.ts";

const queries = Array.from({ length: 100 }, (_, index) => ({ id: `q${index}`, text: "Why?" }));
const surfaces = ["a", "b"].map((id) => ({ id, settings: { model: "m" }, evidence: "full" as const }));

test("counts cells and calls, and bounds the time by slots", () => {
  const { plan, settings } = planOf({ queries, surfaces, repeats: 2 });
  expect(estimate(plan, settings, 16, 2)).toEqual({
    cells: 400,
    calls: { least: 400, likely: 422, most: 1600 },
    lanes: [
      { lane: "a", cells: 200, leastMs: 50_000 },
      { lane: "b", cells: 200, leastMs: 50_000 },
    ],
    leastMs: 50_000,
  });
});

test("bounds the time by what the process may have in hand, over all lanes", () => {
  const { plan, settings } = planOf({ queries, surfaces });
  expect(estimate(plan, settings, 4, 2).leastMs).toBe(100_000);
});

test("bounds the time by a lane's rate and slots", () => {
  const limits = new Map([
    ["a", { perMinute: 6 }],
    ["b", { concurrency: 1 }],
  ]);
  const { plan, settings } = planOf({ queries, surfaces, limits });
  const { lanes, leastMs } = estimate(plan, settings, 8, 2);
  // The first call goes out at once, the hundredth 99 times ten and a quarter seconds later.
  expect(lanes.map((lane) => lane.leastMs)).toEqual([1_016_750, 200_000]);
  expect(leastMs).toBe(1_016_750);
});

test("takes a call that is never made again to be made once", () => {
  const { plan, settings } = planOf({ queries, retry: { maxRetries: 0 } });
  expect(estimate(plan, settings, 8, 1).calls).toEqual({ least: 100, likely: 100, most: 100 });
});

test("goes no further than the budget", () => {
  const { plan, settings } = planOf({ queries, surfaces, budgetCalls: 20 });
  const { cells, calls, leastMs } = estimate(plan, settings, 8, 1);
  expect(cells).toBe(200);
  expect(calls).toEqual({ least: 20, likely: 20, most: 20 });
  expect(leastMs).toBe(3000);
});

test("takes no call to be shorter than a call", () => {
  const { plan, settings } = planOf();
  expect(estimate(plan, settings, 8, 5).leastMs).toBe(5000);
});

test("bounds the money by the highest price of every question, and by the budget", () => {
  const priced = surfaces.map((surface) => ({ ...surface, settings: { model: "m", maxOutputTokens: 1000 } }));
  const { plan, settings } = planOf({ queries, surfaces: priced, repeats: 2 });
  const prices = { a: { outputPerMillion: 10 }, b: { perCall: 0.5 } };
  // 200 cells of each, asked four times at most: a cent of a's, 50 of b's.
  expect(estimate(plan, { ...settings, prices }, 16, 2).usdAtMost).toBeCloseTo(800 * 0.01 + 800 * 0.5);
  expect(estimate(plan, { ...settings, prices, budgetUsd: 5 }, 16, 2).usdAtMost).toBe(5);
});
