import { createHash } from "node:crypto";
import { seededRandom, systemRandom } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const take = (count: number, random: () => number): number[] => Array.from({ length: count }, random);

const word = (value: bigint): bigint => BigInt.asUintN(32, value);

/** sfc32 as PractRand defines it, in integers of any size: written apart from the source. */
function referenceStream(seed: string, count: number): number[] {
  const digest = createHash("sha256").update(seed).digest();
  let a = BigInt(digest.readUInt32LE(0));
  let b = BigInt(digest.readUInt32LE(4));
  let c = BigInt(digest.readUInt32LE(8));
  let counter = 1n;
  const next = (): number => {
    const sum = word(a + b + counter);
    counter = word(counter + 1n);
    a = b ^ (b >> 9n);
    b = word(c + (c << 3n));
    c = word(((c << 21n) | (c >> 11n)) + sum);
    return Number(sum) / 2 ** 32;
  };
  take(12, next);
  return take(count, next);
}

describe("seededRandom", () => {
  test("gives the numbers it has always given", () => {
    expect(take(5, seededRandom("bentham"))).toEqual([
      0.7095979496371001, 0.20474824542179704, 0.568748151184991, 0.8462277636863291, 0.12986518070101738,
    ]);
    expect(take(3, seededRandom(""))).toEqual([0.5166338204871863, 0.03330212621949613, 0.8880672587547451]);
  });

  test("is sfc32, seeded with the SHA-256 of the seed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (seed) => {
        expect(take(50, seededRandom(seed))).toEqual(referenceStream(seed, 50));
      }),
    );
  });

  test("gives the same stream for the same seed, and another for another", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const isSame = take(4, seededRandom(one)).join() === take(4, seededRandom(other)).join();
        expect(isSame).toBe(one === other);
      }),
    );
  });

  test("keeps streams apart from one another", () => {
    const alone = take(6, seededRandom("a"));
    const first = seededRandom("a");
    const second = seededRandom("b");
    const together = Array.from({ length: 6 }, () => {
      second();
      return first();
    });
    expect(together).toEqual(alone);
  });

  test("stays in [0, 1) and spreads evenly", () => {
    const draws = 200_000;
    const bins = Array.from({ length: 20 }, () => 0);
    for (const value of take(draws, seededRandom("uniform"))) {
      expect(value >= 0 && value < 1).toBe(true);
      const bin = Math.floor(value * bins.length);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const expected = draws / bins.length;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom, p = 0.001
  });

  test("has no memory from one number to the next", () => {
    const values = take(100_000, seededRandom("serial"));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const products = values.slice(1).map((value, index) => (value - mean) * ((values[index] ?? 0) - mean));
    const correlation = products.reduce((sum, product) => sum + product, 0) / products.length / (1 / 12);
    expect(Math.abs(correlation)).toBeLessThan(0.01);
  });
});

describe("systemRandom", () => {
  test("stays in [0, 1) and does not repeat itself", () => {
    const values = take(1000, systemRandom);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(990);
  });
});
