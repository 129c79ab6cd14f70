import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withTemporaryFolder } from "@bentham/testbed";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "../../src/queries/read-lines.ts";

async function linesOf(content: string | Uint8Array): Promise<string[]> {
  return withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "lines"), content);
    const lines: string[] = [];
    for await (const { number, text } of readLines(join(folder, "lines"))) {
      lines.push(text);
      expect(number).toBe(lines.length);
    }
    return lines;
  });
}

test("gives the lines of any text, however it falls into pieces", async () => {
  // Longer than what is read at once, and with characters of one to four bytes, so that pieces end within them.
  const line = fc.string({
    unit: fc.constantFrom("a", "\u00e9", "\u4f60", "\u{1F642}", "\r", "\ufeff"),
    maxLength: 20,
  });
  const lines = fc.array(line, { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lines, fc.integer({ min: 0, max: 65_600 }), async (some, padding) => {
      const all = [`x${"y".repeat(padding)}`, ...some];
      expect(await linesOf(`${all.join("\n")}\n`)).toEqual(all);
    }),
    { numRuns: 50 },
  );
});

test("leaves out a byte order mark at the start alone", async () => {
  expect(await linesOf("\ufeffa\n\ufeffb")).toEqual(["a", "\ufeffb"]);
});

test.each([
  ["nothing", "", []],
  ["no line feed at the end", "a\nb", ["a", "b"]],
  ["empty lines", "\n\na\n\n", ["", "", "a", ""]],
])("takes %s", async (_, text, expected) => {
  expect(await linesOf(text)).toEqual(expected);
});

test("names the line that is not UTF-8", async () => {
  const bytes = Buffer.concat([Buffer.from("a\nb\n"), Buffer.of(0xff), Buffer.from("\nc\n")]);
  await expect(linesOf(bytes)).rejects.toMatchObject({ name: "UnreadableLines", line: 3 });
});

test("names the line that is too long", async () => {
  const fitting = "x".repeat(1024 * 1024);
  expect(await linesOf(`a\n${fitting}\n`)).toEqual(["a", fitting]);
  await expect(linesOf(`a\n${fitting}x\n`)).rejects.toMatchObject({ line: 2, message: "longer than 1048576 bytes" });
});
