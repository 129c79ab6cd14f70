import { costOf, highestCost, NANOS_PER_USD } from "@bentham/core";
import { assert, double, nat, property, record, string } from "fast-check";
import { describe, expect, test } from "vitest";

const PRICE = { inputPerMillion: 0.25, outputPerMillion: 2, perCall: 0.01 };

describe("the most that a question can cost", () => {
  test("counts every byte as a token, the marks around them, the longest answer, and the call", () => {
    // 8 bytes and 64 tokens of marks at 250 nano-dollars each, 100 tokens of the answer at 2,000, and a cent.
    expect(highestCost("Why \u{1F600}", { maxOutputTokens: 100 }, PRICE)).toBe(72 * 250 + 100 * 2000 + 10_000_000);
  });

  test("counts the instruction ahead of the question, too", () => {
    const price = { inputPerMillion: 1 };
    expect(highestCost("Why", { system: "Be short" }, price) - highestCost("Why", {}, price)).toBe(8 * 1000);
  });

  test("is endless where answers have a price and no most length", () => {
    expect(highestCost("Why?", {}, PRICE)).toBe(Infinity);
    expect(highestCost("Why?", {}, { perCall: 1 })).toBe(NANOS_PER_USD);
  });

  test("is never below what an answer within its bounds comes to", () => {
    const amount = double({ min: 0, max: 1000, noNaN: true });
    const price = record({ inputPerMillion: amount, outputPerMillion: amount, perCall: amount });
    assert(
      property(string({ unit: "binary" }), nat(5000), nat(5000), price, (query, max, used, prices) => {
        const usage = { inputTokens: new TextEncoder().encode(query).length, outputTokens: Math.min(used, max) };
        const cost = costOf(usage, 1, prices);
        expect(cost).toBeLessThanOrEqual(highestCost(query, { maxOutputTokens: max }, prices));
      }),
    );
  });
});

describe("what questions have cost", () => {
  test("is by tokens and calls, in whole billionths of a dollar", () => {
    expect(costOf({ inputTokens: 1_000_000, outputTokens: 1 }, 2, PRICE)).toBe(0.25e9 + 2000 + 2 * 10_000_000);
  });

  test("is not known where the surface does not tell what is billed", () => {
    expect(costOf({ inputTokens: 5 }, 1, PRICE)).toBeUndefined();
    expect(costOf({}, 1, { perCall: 1 })).toBe(NANOS_PER_USD);
  });
});
