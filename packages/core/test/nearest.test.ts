import { expect, test } from "vitest";
import { didYouMean, nearest } from "@bentham/core";

const KEYS = ["concurrency", "evidence", "baseURL", "id", "model"];

test.each([
  ["concurency", "concurrency"],
  ["conucrrency", "concurrency"],
  ["Concurrency", "concurrency"],
  ["baseUrl", "baseURL"],
  ["modle", "model"],
  ["ID", "id"],
  ["idd", "id"],
])("takes %s for %s", (word, meant) => {
  expect(nearest(word, KEYS)).toBe(meant);
});

test.each(["", "xy", "temperature", "m", "x".repeat(1_000_000)])("takes %.10s for nothing", (word) => {
  expect(nearest(word, KEYS)).toBeUndefined();
});

test("takes the nearest of several", () => {
  expect(nearest("minLenght", ["maxLength", "minLength"])).toBe("minLength");
});

test("asks whether it was meant", () => {
  expect(didYouMean("modell", KEYS)).toBe('did you mean "model"?');
  expect(didYouMean("queries", KEYS)).toBeUndefined();
});
