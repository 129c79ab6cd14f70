import { seededRandom } from "@bentham/core";
import { type BackoffMode, type BackoffOptions, calculateBackoff } from "@bentham/executor";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

const MODES: readonly BackoffMode[] = ["proportional", "full", "equal", "decorrelated", "none"];
const ALMOST_ONE = 1 - Number.EPSILON / 2;
const low = (): number => 0;
const middle = (): number => 0.5;
const high = (): number => 0.9999;

const finite = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const anyOptions: fc.Arbitrary<BackoffOptions> = fc.record(
  {
    attempt: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 1e6 })),
    baseDelay: finite(0, 1e9),
    maxDelay: fc.oneof(finite(0, 1e6), finite(0, Number.MAX_SAFE_INTEGER)),
    jitter: finite(0, 1),
    multiplier: finite(1, 1e6),
    mode: fc.constantFrom(...MODES),
    random: fc.oneof(finite(0, ALMOST_ONE), fc.constantFrom(0, 0.5, ALMOST_ONE)).map((value) => () => value),
  },
  { requiredKeys: ["attempt"], noNullPrototype: true },
);

const delays = (random: () => number): number[] =>
  [1, 2, 3, 4, 5].map((attempt) => calculateBackoff({ attempt, random }));

describe("calculateBackoff", () => {
  test("doubles from one second, spread by a fifth, up to half a minute", () => {
    expect(delays(middle)).toEqual([1000, 2000, 4000, 8000, 16_000]);
    expect(delays(low)).toEqual([800, 1600, 3200, 6400, 12_800]);
    expect(delays(high)).toEqual([1199, 2399, 4799, 9599, 19_199]);
  });

  test("takes the seed's options", () => {
    const delay = calculateBackoff({ attempt: 3, baseDelay: 1000, maxDelay: 30000, jitter: 0.2 });
    expect(delay).toBeGreaterThanOrEqual(3200);
    expect(delay).toBeLessThan(4800);
  });

  test.each([
    ["none", [4000, 4000, 4000]],
    ["full", [0, 2000, 3999]],
    ["equal", [2000, 3000, 3999]],
    ["proportional", [3200, 4000, 4799]],
    ["decorrelated", [1000, 6500, 11_998]],
  ] as const)("spreads the third delay by mode %s", (mode, expected) => {
    expect([low, middle, high].map((random) => calculateBackoff({ attempt: 3, mode, random }))).toEqual(expected);
  });

  test("gives whole milliseconds from 0 to the longest delay, whatever the options and the chance", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const delay = calculateBackoff(options);
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(options.maxDelay ?? 30_000);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(MODES)("stays in its bounds for every attempt up to a million, in mode %s", (mode) => {
    for (const attempt of [1, 2, 10, 53, 64, 100, 1024, 1025, 2000, 65_536, 999_999, 1_000_000]) {
      for (const random of [low, middle, (): number => ALMOST_ONE]) {
        const delay = calculateBackoff({ attempt, mode, random });
        expect(Number.isSafeInteger(delay) && delay >= 0 && delay <= 30_000).toBe(true);
      }
    }
  });

  test("spreads a proportional delay by no more than the jitter says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), finite(0, 1), finite(0, ALMOST_ONE), (attempt, jitter, chance) => {
        const exponential = Math.min(30_000, 1000 * 2 ** (attempt - 1));
        const delay = calculateBackoff({ attempt, jitter, random: () => chance });
        expect(delay).toBeGreaterThanOrEqual(Math.floor(exponential * (1 - jitter)));
        expect(delay).toBeLessThanOrEqual(exponential * (1 + jitter));
      }),
    );
  });

  test("does not pile capped delays up at the cap", () => {
    const random = seededRandom("cap");
    const capped = Array.from({ length: 20_000 }, () => calculateBackoff({ attempt: 9, random }));
    expect(capped.filter((delay) => delay === 30_000).length).toBeLessThan(20);
    expect(Math.min(...capped)).toBeGreaterThanOrEqual(24_000);
    // Reflected, [24000, 36000] folds onto [24000, 30000], evenly: each sixth of it gets a sixth.
    for (let from = 24_000; from < 30_000; from += 1000) {
      const share = capped.filter((delay) => delay >= from && delay < from + 1000).length / capped.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.185);
    }
  });

  test("waits for nothing when it is told so", () => {
    for (const mode of MODES) {
      expect(calculateBackoff({ attempt: 1_000_000, mode, maxDelay: 0 })).toBe(0);
      expect(calculateBackoff({ attempt: 1_000_000, mode, baseDelay: 0, random: low })).toBe(0);
    }
  });

  test("stays the same for every retry with a multiplier of one", () => {
    expect([1, 5, 1e6].map((attempt) => calculateBackoff({ attempt, multiplier: 1, mode: "none" }))).toEqual([
      1000, 1000, 1000,
    ]);
  });

  test("takes an option that is undefined for one that was not given", () => {
    const given = { attempt: 2, random: middle };
    const undefinedOptions: object = { baseDelay: undefined, maxDelay: undefined, jitter: undefined, mode: undefined };
    expect(calculateBackoff({ ...given, ...undefinedOptions })).toBe(calculateBackoff(given));
  });

  const NOT_NUMBERS = [Number.NaN, Infinity, -Infinity, -1];
  test.each([
    ...NOT_NUMBERS.flatMap((value) => [
      ["attempt", { attempt: value }] as const,
      ["baseDelay", { baseDelay: value }] as const,
      ["maxDelay", { maxDelay: value }] as const,
      ["jitter", { jitter: value }] as const,
      ["multiplier", { multiplier: value }] as const,
    ]),
    ["attempt", { attempt: 0 }] as const,
    ["jitter", { jitter: 1.01 }] as const,
    ["multiplier", { multiplier: 0.5 }] as const,
    ["maxDelay", { maxDelay: Number.MAX_VALUE }] as const,
    ["baseDelay", { baseDelay: Number.MAX_VALUE }] as const,
  ])("refuses %s out of its range: %j", (name, options) => {
    expect(() => calculateBackoff({ attempt: 1, ...options })).toThrow(RangeError);
    expect(() => calculateBackoff({ attempt: 1, ...options })).toThrow(name);
  });
});
