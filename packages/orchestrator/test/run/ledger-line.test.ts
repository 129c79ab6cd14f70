import type { Ledger } from "@bentham/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ledgerLine } from "../../src/index.ts";

const none: Ledger = {
  planned: 0,
  answered: 0,
  failed: 0,
  blocked: 0,
  cancelled: 0,
  skipped: 0,
  parked: 0,
  pending: 0,
};

test("leaves out states without a cell", () => {
  expect(ledgerLine({ ...none, planned: 2000, answered: 1981, failed: 4, pending: 15 })).toBe(
    "2,000 planned = 1,981 answered + 4 failed + 15 pending",
  );
  expect(ledgerLine({ ...none, planned: 1, parked: 1 })).toBe("1 planned = 1 parked");
  expect(ledgerLine(none)).toBe("0 planned = 0");
});

test("names every state in the order of the design", () => {
  const ledger = { planned: 28, answered: 1, failed: 2, blocked: 3, cancelled: 4, skipped: 5, parked: 6, pending: 7 };
  expect(ledgerLine(ledger)).toBe(
    "28 planned = 1 answered + 2 failed + 3 blocked + 4 cancelled + 5 skipped + 6 parked + 7 pending",
  );
});

const count = fc.nat({ max: 1000 });
const counts = fc.record({
  answered: count,
  failed: count,
  blocked: count,
  cancelled: count,
  skipped: count,
  parked: count,
  pending: count,
});

function sumOf(states: Readonly<Record<string, number>>): number {
  return Object.values(states).reduce((total, cells) => total + cells, 0);
}

test("takes every ledger that adds up", () => {
  fc.assert(
    fc.property(counts, (states) => {
      const planned = sumOf(states);
      const [left, right] = ledgerLine({ ...states, planned })
        .replaceAll(",", "")
        .split(" planned = ");
      expect(Number(left)).toBe(planned);
      const parts = right?.split(" + ").map((part) => Number.parseInt(part, 10)) ?? [];
      expect(parts.reduce((total, cells) => total + cells, 0)).toBe(planned);
    }),
  );
});

test("refuses every ledger that does not", () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1 }), (states, lost) => {
      const planned = sumOf(states) + lost;
      const tell = (): string => ledgerLine({ ...states, planned });
      expect(tell).toThrow(expect.objectContaining({ code: "INTERNAL" }));
      expect(tell).toThrow(`the ledger does not add up: ${planned} planned`);
    }),
  );
});

test("refuses a ledger that adds up with a negative count", () => {
  const ledger = { ...none, planned: 1, answered: 2, pending: -1 };
  expect(() => ledgerLine(ledger)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
});
