import type { Ledger } from "@bentham/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Condition, conditionsOf, EXIT_CODES, exitCodeOf } from "../../src/index.ts";

/** The order of the design: when several hold, the first of these. */
const ORDER = [1, 13, 16, 14, 15, 12, 21, 11, 10, 3];

const CONDITIONS: readonly Condition[] = [
  "cells without an answer",
  "parked cells",
  "paused",
  "failure limit reached",
  "forced stop",
  "budget reached",
  "deadline passed",
  "disk failure",
  "proxy failed",
  "internal error",
];

const answered: Ledger = {
  planned: 9,
  answered: 9,
  failed: 0,
  blocked: 0,
  cancelled: 0,
  skipped: 0,
  parked: 0,
  pending: 0,
};

test("gives every condition its own code, and 0 when nothing is to be said", () => {
  expect(CONDITIONS.map((condition) => exitCodeOf(new Set([condition]))).toSorted((one, other) => one - other)).toEqual(
    ORDER.toSorted((one, other) => one - other),
  );
  expect(exitCodeOf(new Set())).toBe(0);
});

test("lets the condition that counts most decide, whatever else holds and in whatever order", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...CONDITIONS], { minLength: 1 }), (held) => {
      const codes = new Set(held.map((condition) => EXIT_CODES[condition]));
      expect(exitCodeOf(new Set(held))).toBe(ORDER.find((code) => [...codes].some((one) => one === code)));
    }),
  );
});

test("has one code for each thing that a command can say", () => {
  expect(EXIT_CODES).toMatchObject({ success: 0, usage: 2, "invalid study": 4, "check failed": 5 });
  expect(EXIT_CODES["evidence does not verify"]).toBe(20);
  expect(new Set(Object.values(EXIT_CODES)).size).toBe(Object.keys(EXIT_CODES).length);
});

test.each([
  ["every cell is answered", {}, []],
  ["cells failed", { failed: 1 }, ["cells without an answer"]],
  ["cells are blocked", { blocked: 1 }, ["cells without an answer"]],
  ["cells were cancelled", { cancelled: 1 }, ["cells without an answer"]],
  ["cells were skipped", { skipped: 1 }, ["cells without an answer"]],
  ["cells wait for a person", { parked: 1 }, ["parked cells"]],
  ["cells failed and others wait", { failed: 1, parked: 1 }, ["parked cells", "cells without an answer"]],
  ["cells are pending, of which a ledger alone says nothing", { pending: 1 }, []],
])("says of a ledger that %s", (_, counts, expected) => {
  expect([...conditionsOf({ ...answered, ...counts })]).toEqual(expected);
});
