import { assert, property } from "fast-check";
import { posix, win32 } from "node:path";
import { describe, expect, it } from "vitest";
import { slug } from "../src/slug.ts";
import { anyText } from "./support/any-text.ts";

describe("slug", () => {
  it.each(["brand-check-1", "1", "0c6b1b7e-5d0e-5c1f-9a34-6d1c3a2b4e5f", "a".repeat(64)])(
    "leaves %s as it is",
    (id) => {
      expect(slug(id)).toBe(id);
    },
  );

  it.each([
    ["../x", /^x_[0-9a-f]{32}$/],
    ["..", /^id_[0-9a-f]{32}$/],
    ["", /^id_[0-9a-f]{32}$/],
    ["..%2f", /^2f_/],
    ["a/b", /^a-b_/],
    ["C:\\Temp", /^c-temp_/],
    ["CON", /^con_/],
    ["con", /^con_/],
    ["lpt1", /^lpt1_/],
    ["a\0b", /^a-b_/],
    ["-rf", /^rf_/],
    ["Straße", /^stra-e_/],
    ["x".repeat(300), /^x{40}_[0-9a-f]{32}$/],
    [".staging", /^staging_/],
  ])("makes a plain name of %j", (id, expected) => {
    expect(slug(id)).toMatch(expected);
  });

  it("keeps ids apart that a file system may not", () => {
    const ids = [
      "A",
      "a",
      "é",
      "e\u0301",
      "ﬁ",
      "fi",
      "a b",
      "a-b",
      "a_b",
      "\ud800",
      "\ud801",
      "\ufffd",
      "a ",
      "x".repeat(65),
      "x".repeat(66),
    ];
    expect(new Set(ids.map((id) => slug(id)))).toHaveProperty("size", ids.length);
  });

  it("gives no id the name of another, even of one made up to have it", () => {
    assert(
      property(anyText, (id) => {
        const name = slug(id);
        // A name is either its own id's, or no plain id: then, used as an id, it gets another one.
        expect(slug(name) === name).toBe(name === id);
      }),
    );
  });

  it("gives one folder's name for any id, within the length of a name", () => {
    assert(
      property(anyText, (id) => {
        const name = slug(id);
        expect(name).toMatch(/^[a-z0-9][a-z0-9_-]{0,90}$/);
        expect(posix.join("/evidence", name)).toBe(`/evidence/${name}`);
        expect(win32.join("C:\\evidence", name)).toBe(`C:\\evidence\\${name}`);
      }),
    );
  });
});
