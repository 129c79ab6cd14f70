import { isJsonPointer, valuesAt } from "@bentham/core";
import { expect, test } from "vitest";

const json = { a: { "b/c": [{ x: 1 }, { x: 2 }, { y: 3 }], "~": null }, list: ["one", "two"] };

test.each([
  ["", [json]],
  ["/list/1", ["two"]],
  ["/a/b~1c/*/x", [1, 2]],
  ["/a/~0", [null]],
  ["/*/*", [json.a["b/c"], null, "one", "two"]],
  ["/list/2", []],
  ["/list/length", []],
  ["/a/constructor", []],
  ["/list/0/0", []],
])("%s", (pointer, values) => {
  expect(valuesAt(json, pointer)).toEqual(values);
});

test.each([
  ["", true],
  ["/a/~1~0", true],
  ["a", false],
  ["/a~2", false],
])("%j is a pointer: %s", (pointer, expected) => {
  expect(isJsonPointer(pointer)).toBe(expected);
});
