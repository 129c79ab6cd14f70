import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { excerpt, printable } from "../src/printable.ts";

test.each([
  ["\u001b]52;c;ZXZpbA==\u0007", "\\u001b]52;c;ZXZpbA==\\u0007"],
  ["\u009b31mred", "\\u009b31mred"],
  ["over\rwritten", "over\\u000dwritten"],
  ["two\nlines\tand a tab", "two lines and a tab"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["a\u2028b", "a\\u2028b"],
])("shows %j without letting the terminal act on it", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("leaves nothing in any text that a terminal acts on", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(Array.from(excerpt(text, 20)).length).toBeLessThanOrEqual(20);
    }),
  );
});
