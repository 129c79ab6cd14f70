import { expect, test } from "vitest";
import { slipP95, stretchOf } from "../../human/slip.ts";

const action = (plannedMs: number, tookMs: number, lateMs: number[]) => ({ action: "type", plannedMs, tookMs, lateMs });

test("the slip's p95 is of all events, however they are spread over actions", () => {
  // Three short actions that are in time, and a long one of whose events one in ten is late.
  const late = Array.from({ length: 97 }, (_, index) => (index % 10 === 0 ? 40 : 1));
  expect(slipP95([action(1, 1, [1]), action(1, 1, [1]), action(1, 1, [1]), action(1, 1, late)])).toBe(40);
  expect(slipP95([action(1, 1, [3])])).toBe(3);
  expect(slipP95([])).toBe(0);
});

test("the stretch is of all the time together", () => {
  expect(stretchOf([action(1000, 1100, []), action(3000, 3300, [])])).toBeCloseTo(1.1, 9);
});
