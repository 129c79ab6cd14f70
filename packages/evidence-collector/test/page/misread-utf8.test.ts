import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { bytesOfMisread } from "../../src/page/misread-utf8.ts";

test("gives back the bytes of any text that was read as windows-1252", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      const bytes = Buffer.from(text);
      expect(bytesOfMisread(new TextDecoder("windows-1252", { ignoreBOM: true }).decode(bytes))).toEqual(bytes);
    }),
  );
});

test.each(["plain", "日本語", "Zürich", "naïve café"])("leaves %s alone, which was read rightly", (text) => {
  expect(bytesOfMisread(text)).toEqual(Buffer.from(text));
});
