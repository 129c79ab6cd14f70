import { canonicalJson, type Json } from "@bentham/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

/** RFC 8785, appendix B: the bits of a number, and how it is written. */
const NUMBERS: readonly (readonly [bits: string, written: string])[] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

/** RFC 8785, appendix B: what JSON cannot hold. */
const NOT_NUMBERS = ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"];

const numberOf = (bits: string): number => Buffer.from(bits, "hex").readDoubleBE();

/** The same value with the members of every object in another order. */
function reordered(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: Json) => reordered(item));
  const members = Object.entries(value).map(([key, member]) => [key, reordered(member ?? null)] as const);
  return Object.fromEntries(members.toReversed());
}

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ stringUnit: "binary" })
  .map((value): Json => JSON.parse(JSON.stringify(value)));

describe("canonicalJson", () => {
  test.each(NUMBERS)("writes the number %s as %s", (bits, written) => {
    expect(canonicalJson(numberOf(bits))).toBe(written);
  });

  test.each(NOT_NUMBERS)("refuses %s, which JSON cannot hold", (bits) => {
    expect(() => canonicalJson(numberOf(bits))).toThrow(TypeError);
    expect(() => canonicalJson({ deep: [{ down: numberOf(bits) }] })).toThrow(TypeError);
  });

  test("writes the example of RFC 8785, section 3.2.2", () => {
    const value: Json = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("sorts the example of RFC 8785, section 3.2.3, by UTF-16 code units", () => {
    const written = canonicalJson({
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    });
    expect([...written.matchAll(/:"([^"]*)"/g)].map(([, value]) => value)).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  test("sorts keys that look like numbers as text", () => {
    expect(canonicalJson({ 10: "b", 9: "c", 1: "a", a: { z: 1, "": 2 } })).toBe(
      '{"1":"a","10":"b","9":"c","a":{"":2,"z":1}}',
    );
  });

  test("leaves out members without a value, so that equal values give equal bytes", () => {
    expect(canonicalJson({ a: undefined, b: { c: undefined } })).toBe('{"b":{}}');
  });

  test("keeps a member named __proto__", () => {
    const value: Json = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  test("is JSON of the same value", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toStrictEqual(value);
      }),
    );
  });

  test("does not depend on the order in which members were written", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reordered(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test("gives what it gave when its own text is read and written again", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });
});
