import { KnownValues, Secret } from "@bentham/core";
import { assert, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../support/any-text.ts";
import { ENCODINGS } from "../support/encodings.ts";

/** Values that encoders have something to do with. */
const AWKWARD = "pä$$/w+o\"r\\d&<1>=?#%'\n\té🔑 ~x";

function known(...values: string[]): KnownValues {
  return new KnownValues(
    values.map((value) => new Secret(value)),
    () => "[REDACTED]",
  );
}

function scrub(values: KnownValues, text: string): string {
  return values.scrub(text, () => undefined);
}

describe("KnownValues", () => {
  it.each(["utf16le", "big endian"])("finds and removes a value in UTF-16, %s", (order) => {
    const value = "s3cret-ü-(key)";
    const bytes = Buffer.from(`before ${value} after`, "utf16le");
    if (order !== "utf16le") bytes.swap16();
    const values = new KnownValues([new Secret(value)], () => "*");
    expect(values.areIn(bytes.toString("latin1"))).toBe(true);
    expect(values.areIn(values.scrub(bytes.toString("latin1")))).toBe(false);
  });

  describe.each(Object.entries(ENCODINGS))("in %s", (name, encode) => {
    it.each(["sk-proj-aB3dE5gH7jK9", "hunter22", AWKWARD])("finds and removes %j", (value) => {
      const text = `|${encode(value)}|`;
      const values = known(value);
      expect(values.areIn(text)).toBe(true);
      const scrubbed = scrub(values, text);
      expect(values.areIn(scrubbed)).toBe(false);
      // Beside a value in base64 there may be a padded rest of its neighbours.
      expect(scrubbed).toMatch(
        name.includes("base64") ? /^\|[\w+/-]{0,10}\[REDACTED\][\w+/%-]{0,10}={0,2}\|$/ : /^\|\[REDACTED\]\|$/,
      );
    });

    it("finds and removes any value, in strings and in bytes", () => {
      assert(
        property(anyValue, (value) => {
          const values = known(value);
          const text = `|${encode(value.trim())}|`;
          const latin1 = Buffer.from(text).toString("latin1");
          expect(values.areIn(text)).toBe(true);
          expect(values.areIn(latin1)).toBe(true);
          expect(values.areIn(scrub(values, text))).toBe(false);
          expect(values.areIn(scrub(values, latin1))).toBe(false);
        }),
        { numRuns: 20 },
      );
    });
  });

  it("leaves texts alone that hold no value", () => {
    const values = known("sk-proj-aB3dE5gH7jK9", AWKWARD);
    assert(
      property(anyText, (text) => {
        expect(scrub(values, text)).toBe(text);
      }),
    );
  });

  it("leaves no bit of a value in base64", () => {
    const one = scrub(known("secret-value"), Buffer.from("u:secret-value!").toString("base64"));
    const other = scrub(known("public-thing"), Buffer.from("u:public-thing!").toString("base64"));
    expect(one).toBe(other);
  });

  it("removes the longer one of two values of which one holds the other", () => {
    expect(scrub(known("abcdef", "abcdef-ghijkl"), "abcdef-ghijkl abcdef")).toBe("[REDACTED] [REDACTED]");
  });

  it("counts values that are too short to be looked for, and leaves them", () => {
    const values = known("12345", "123456", "123456", "", "  ");
    expect(values).toMatchObject({ count: 1, tooShort: 1 });
    expect(scrub(values, "12345 123456")).toBe("12345 [REDACTED]");
  });

  it("looks for a value without the white space about it", () => {
    expect(scrub(known(" from-a-file\n"), "Bearer from-a-file")).toBe("Bearer [REDACTED]");
  });

  it("removes a value of any length", () => {
    const value = Array.from({ length: 2000 }, (_, index) => `"${index}"`).join("\n");
    const scrubbed = scrub(known(value), `<${encodeURIComponent(value)}>`);
    expect(scrubbed.replaceAll("[REDACTED]", "")).toBe("<>");
  });

  it("takes no longer for texts that nearly hold a value, over and over", () => {
    // A bound that is not one of time: a pattern that backtracks would not come to an end of these at all.
    const values = known('\\\\"\\/&%20++', AWKWARD);
    for (const unit of ["\\", "&#", "%25", "&#0", "\\u00", '\\"'])
      expect(values.areIn(unit.repeat(100_000))).toBe(false);
  });
});

const anyValue = oneof(
  string({ unit: "grapheme", minLength: 6, maxLength: 60 }),
  string({ minLength: 6, maxLength: 60 }),
).filter((value) => value.trim().length >= 6 && value.isWellFormed());
