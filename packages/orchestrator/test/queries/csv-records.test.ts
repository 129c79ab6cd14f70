import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CsvError, csvRecords } from "../../src/queries/csv-records.ts";
import type { Line } from "../../src/queries/read-lines.ts";

/** The lines of a text, as `readLines` gives them. */
async function* linesOf(text: string): AsyncIterable<Line> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) yield { number: index + 1, text: line };
}

async function recordsOf(text: string): Promise<[line: number, ...fields: string[]][]> {
  const records: [number, ...string[]][] = [];
  for await (const { line, fields } of csvRecords(linesOf(text))) records.push([line, ...fields]);
  return records;
}

describe("records", () => {
  test.each([
    ["nothing", "", []],
    [
      "plain fields",
      "a,b\nc,d\n",
      [
        [1, "a", "b"],
        [2, "c", "d"],
      ],
    ],
    ["no line end at the end", "a,b", [[1, "a", "b"]]],
    [
      "CRLF",
      'a,b\r\n"c","d"\r\n',
      [
        [1, "a", "b"],
        [2, "c", "d"],
      ],
    ],
    [
      "empty fields",
      ',\n"",\n',
      [
        [1, "", ""],
        [2, "", ""],
      ],
    ],
    [
      "empty lines, which are left out",
      "\na\n\r\n\nb\n",
      [
        [2, "a"],
        [5, "b"],
      ],
    ],
    ["commas within quotes", '"a,b",c\n', [[1, "a,b", "c"]]],
    ["doubled quotes", '"say ""hi""",""""\n', [[1, 'say "hi"', '"']]],
    [
      "lines within quotes, kept as they are",
      '"a\nb","c\r\n\r\nd"\ne,f\n',
      [
        [1, "a\nb", "c\r\n\r\nd"],
        [5, "e", "f"],
      ],
    ],
    ["spaces, which belong to a field", " a , b\n", [[1, " a ", " b"]]],
    ["a comma at the end", "a,\n", [[1, "a", ""]]],
    ["text of any script", '"\u4f60\u597d, \u{1F642}",\u05e9\n', [[1, "\u4f60\u597d, \u{1F642}", "\u05e9"]]],
  ])("%s", async (_, text, expected) => {
    expect(await recordsOf(text)).toEqual(expected);
  });
});

describe("what breaks the grammar", () => {
  test.each([
    ["a quote that is never closed", 'a,b\n"c\nd,e\n', 2, "the quote that opens here is never closed"],
    ["one that opens in a later line", '"a\nb","c\nd', 2, "the quote that opens here is never closed"],
    ["a quote within a field", 'a,b "c"\n', 1, "a quote stands within a field: put the whole field in quotes"],
    ["a quote behind a space", 'a, "b"\n', 1, "a quote stands within a field: put the whole field in quotes"],
    ["text behind a quote", 'a\n"b"c\n', 2, "text stands behind a closing quote: double quotes within a field"],
    ["a space behind a quote", '"b" ,c\n', 1, "text stands behind a closing quote: double quotes within a field"],
    [
      "carriage returns for line ends",
      "id,text\rq1,Why?\r",
      1,
      "a carriage return stands alone: end lines with LF or CRLF",
    ],
    [
      "a quote that swallows a megabyte",
      `id\n"x\n${"y\n".repeat(600_000)}`,
      2,
      "the quote that opens here is not closed for a long while",
    ],
  ])("%s", async (_, text, line, message) => {
    const refused = await recordsOf(text).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CsvError);
    expect(refused).toMatchObject({ line, message });
  });
});

test("gives back whatever was written, quoted or not, with either line end", async () => {
  const field = fc.string({ unit: fc.constantFrom("a", " ", ",", '"', "\n", "\r", "\u{1F642}") });
  const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(records, fc.constantFrom("\n", "\r\n"), async (written, lineEnd) => {
      const lines = written.map((fields) => fields.map(inCsv).join(",") + lineEnd);
      expect((await recordsOf(lines.join(""))).map(([, ...fields]) => fields)).toEqual(written);
    }),
  );
});

function inCsv(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
