import { expect, test } from "vitest";
import { planNavigation, planReaction, planReading, planScroll } from "../src/index.ts";
import { aPersona } from "./support/behaviors.ts";

test("pauses are within the range of their kind, also where it is one number", () => {
  for (let seed = 0; seed < 1000; seed++) {
    const persona = aPersona({ timing: { readingDelay: [0, 0] } }, `${seed}`);
    const { events, durationMs } = planNavigation(persona, `${seed}`);
    expect(events).toEqual([{ atMs: durationMs, kind: "wait" }]);
    expect(durationMs).toBeGreaterThanOrEqual(500);
    expect(durationMs).toBeLessThanOrEqual(2000);
    expect(planReading(undefined, persona, `${seed}`).durationMs).toBe(0);
  }
});

test("a pause of a range that starts at 0 takes its time, too", () => {
  const times = Array.from({ length: 200 }, (_, seed) => {
    const persona = aPersona({ timing: { navigationDelay: [0, 1000], readingDelay: [0, 3000] } }, `${seed}`);
    return [planNavigation(persona, `${seed}`).durationMs, planReading(undefined, persona, `${seed}`).durationMs];
  });
  const [going, reading] = [times.map(([one = 0]) => one), times.map(([, other = 0]) => other)];
  expect(quantile(going, 0.5)).toBeGreaterThan(200);
  expect(Math.max(...going)).toBeLessThanOrEqual(1000);
  expect(quantile(reading, 0.5)).toBeGreaterThan(600);
});

test("nothing is read for longer than ten minutes", () => {
  const text = "word ".repeat(100_000);
  expect(planReading(text, aPersona({}, "1"), "1", { readingMode: "full" }).durationMs).toBe(600_000);
});

test("longer texts are read for longer, within the range, unless they are read to their end", () => {
  for (let seed = 0; seed < 200; seed++) {
    const persona = aPersona({}, `${seed}`);
    const read = (count: number, readingMode?: "full"): number =>
      planReading("word ".repeat(count), persona, `${seed}`, { readingMode }).durationMs;
    expect([read(0), read(1000)]).toEqual([1000, 5000]);
    expect(read(12)).toBeGreaterThan(1800);
    expect(read(14)).toBeGreaterThan(read(8));
    // Most adults read 175 to 300 words a minute.
    expect(read(1000, "full")).toBeGreaterThan(130_000);
    expect(read(1000, "full")).toBeLessThan(500_000);
  }
});

test("from a click to the first key it takes a quarter of a second and more", () => {
  const times = Array.from({ length: 200 }, (_, seed) => planReaction(`${seed}`).durationMs);
  expect(Math.min(...times)).toBeGreaterThan(250);
  expect(Math.max(...times)).toBeLessThanOrEqual(1500);
  expect(new Set(times).size).toBeGreaterThan(100);
});

test("words are counted in scripts without spaces, too", () => {
  const persona = aPersona({ timing: { readingDelay: [0, 60_000] } }, "1");
  expect(planReading("今日は天気がとても良いので散歩に行きました。", persona, "1").durationMs).toBeGreaterThan(1500);
});

test("another page has the focus now and then, when that is asked for, and never without", () => {
  const persona = aPersona({}, "1");
  const kinds = (seed: number, focusPatterns: boolean): string =>
    planReading("some words", persona, `${seed}`, { focusPatterns })
      .events.map(({ kind }) => kind)
      .join(" ");
  const seen = Array.from({ length: 500 }, (_, seed) => kinds(seed, true));
  expect(new Set(seen)).toEqual(new Set(["wait", "wait blur focus"]));
  expect(seen.filter((one) => one !== "wait").length).toBeLessThan(100);
  expect(new Set(Array.from({ length: 500 }, (_, seed) => kinds(seed, false)))).toEqual(new Set(["wait"]));
});

test.each([0, 1, 99, 100, 1234.5, -560, 3100, 25_000, -100_000])(
  "the wheel scrolls by %d pixels, and less than a notch more",
  (distance) => {
    for (let seed = 0; seed < 200; seed++) {
      const { events } = planScroll(distance, `${seed}`);
      const notches = events.flatMap((event) => (event.kind === "wheel" ? [event.deltaY] : []));
      const by = notches.reduce((sum, notch) => sum + notch, 0);
      expect(Math.sign(by)).toBe(Math.sign(distance));
      expect(Math.abs(by)).toBeGreaterThanOrEqual(Math.abs(distance));
      expect(Math.abs(by)).toBeLessThan(Math.abs(distance) + 100);
      expect(new Set(notches.map(Math.abs))).toEqual(new Set(notches.length > 0 ? [100] : []));
    }
  },
);

test("a long way is spun through at first, and gone slowly at its end", () => {
  let [slowlyMs, spun] = [0, 0];
  for (let seed = 0; seed < 50; seed++) {
    const { events, durationMs } = planScroll(30_000, `${seed}`);
    const wheels = events.filter(({ kind }) => kind === "wheel");
    const spunMs = wheels.at(-31)?.atMs ?? 0;
    expect(spunMs / (wheels.length - 30)).toBeLessThan(120);
    slowlyMs += durationMs - spunMs;
    spun += spunMs / (wheels.length - 30);
  }
  expect(slowlyMs / 30).toBeGreaterThan(2 * spun);
});

test("the wheel turns for five minutes at most, and by no distance that is none", () => {
  const { durationMs } = planScroll(1e9, "1");
  expect(durationMs).toBeLessThanOrEqual(300_000);
  expect(durationMs).toBeGreaterThan(295_000);
  for (const distance of [Infinity, -Infinity, Number.NaN]) {
    expect(() => planScroll(distance, "1")).toThrow(
      expect.objectContaining({ code: "INVALID_REQUEST", message: expect.stringContaining(String(distance)) }),
    );
  }
});

test("the wheel turns in bursts of notches, a few tens of milliseconds apart, with rests between them", () => {
  const bursts: number[] = [];
  const gaps: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    let [notches, last] = [0, 0];
    for (const event of planScroll(3000, `${seed}`).events) {
      if (event.kind === "wheel") {
        if (notches > 0) gaps.push(event.atMs - last);
        [notches, last] = [notches + 1, event.atMs];
      } else {
        bursts.push(notches);
        notches = 0;
      }
    }
  }
  // People: quartiles 1, 2 and 4, nine in ten up to 9; 15 to 47 ms apart.
  expect(quantile(bursts, 0.5)).toBe(2);
  expect(quantile(bursts, 0.9)).toBeLessThanOrEqual(9);
  expect(quantile(gaps, 0.5)).toBeGreaterThan(20);
  expect(quantile(gaps, 0.5)).toBeLessThan(50);
});

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;
}
