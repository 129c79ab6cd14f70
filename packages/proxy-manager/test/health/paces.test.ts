import { expect, test } from "vitest";
import { Paces } from "../../src/health/paces.ts";

/** Takes down several first bytes of a site; gives what was said of the last one. */
function addAll(paces: Paces, key: string, site: string, times: readonly number[]): string | undefined {
  return times.map((ms) => paces.add(key, site, ms)).at(-1);
}

test("a proxy is slow by what the others take for the same site, four times and 750 ms longer", () => {
  const paces = new Paces();
  expect(addAll(paces, "a", "chat.example", [200, 300])).toBeUndefined();
  expect(paces.add("b", "chat.example", 60_000)).toBeUndefined(); // Nobody knows yet what is usual.
  expect(paces.add("a", "chat.example", 400)).toBeUndefined();
  expect(paces.add("b", "chat.example", 1_200)).toBeUndefined();
  expect(paces.add("b", "chat.example", 1_201)).toBe(
    "is slow: the first byte of chat.example took 1201 ms, and 300 ms by the others",
  );
});

test("what takes little is not slow, however many times longer it takes", () => {
  const paces = new Paces();
  addAll(paces, "a", "chat.example", [1, 1, 1]);
  expect(paces.add("b", "chat.example", 751)).toBeUndefined();
  expect(paces.add("b", "chat.example", 752)).toContain("is slow");
});

test("a site that takes its time makes no proxy slow", () => {
  const paces = new Paces();
  addAll(paces, "a", "quick.example", [10, 10, 10, 10, 10]);
  addAll(paces, "a", "pensive.example", [20_000, 21_000, 22_000]);
  expect(paces.add("b", "pensive.example", 40_000)).toBeUndefined();
});

test("the only one is slow by its own past, until that is what is usual", () => {
  const paces = new Paces();
  expect(addAll(paces, "a", "chat.example", [100, 100, 100, 100, 5_000])).toBeUndefined();
  expect(paces.add("a", "chat.example", 5_000)).toBe(
    "is slow: the first byte of chat.example took 5000 ms, and 100 ms before",
  );
  expect(addAll(paces, "a", "chat.example", [5_000, 5_000, 5_000, 5_000])).toBeUndefined();
});
