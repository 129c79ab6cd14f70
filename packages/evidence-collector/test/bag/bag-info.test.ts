import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { bagInfo } from "../../src/bag/bag-info.ts";
import { anyText } from "../support/any-text.ts";

describe("bagInfo", () => {
  it("writes one line per field", () => {
    expect(bagInfo({ "External-Identifier": "job/1", "Payload-Oxum": "12.3" })).toBe(
      "External-Identifier: job/1\nPayload-Oxum: 12.3\n",
    );
  });

  it("escapes what could start another line, or show otherwise than it stands", () => {
    expect(bagInfo({ Id: "a\r\nBag-Size: 0\u2028b\u202e\0\x85" })).toBe(
      "Id: a\\u{d}\\u{a}Bag-Size: 0\\u{2028}b\\u{202e}\\u{0}\\u{85}\n",
    );
  });

  it("cuts a long value", () => {
    expect(bagInfo({ Id: "🔑".repeat(300) })).toBe(`Id: ${"🔑".repeat(200)}…\n`);
  });

  it("is one line per field, whatever the values", () => {
    assert(
      property(anyText, (value) => {
        const text = bagInfo({ One: value, Two: value });
        expect(text.split(/[\n\v\f\r\x85\u2028\u2029]/)).toHaveLength(3);
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });
});
