import type { Line } from "./read-lines.ts";

/** One record of a CSV file, and the line it starts at. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** What stands in a CSV file breaks its grammar. */
export class CsvError extends Error {
  override readonly name = "CsvError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Longest field, in UTF-16 code units: a quote that is never closed shows before the whole file is taken for one. */
const LONGEST_FIELD = 1024 * 1024;

/**
 * The records of a CSV file (RFC 4180): fields parted by commas; quoted ones may hold commas, line ends and doubled
 * quotes. Lines may end in LF or CRLF; empty ones are left out.
 *
 * @throws CsvError for a quote that is never closed or stands where none may, and for a carriage return on its own.
 */
export async function* csvRecords(lines: AsyncIterable<Line>): AsyncIterable<CsvRecord> {
  /** A record that goes on in the next line: its last field is quoted, and open. */
  let open: OpenRecord | undefined;
  for await (const { number, text } of lines) {
    if (!open && (text === "" || text === "\r")) continue;
    const record: OpenRecord = open ?? { line: number, fields: [], quoted: undefined, quotedAt: number };
    open = takeLine(record, text, number) ? undefined : record;
    if (!open) yield { line: record.line, fields: record.fields };
  }
  if (open) throw new CsvError(open.quotedAt, "the quote that opens here is never closed");
}

interface OpenRecord {
  readonly line: number;
  readonly fields: string[];
  /** What there is of a quoted field that is still open. */
  quoted: string | undefined;
  /** The line in which that field starts. */
  quotedAt: number;
}

/** Adds a line to a record. Gives whether the record ends with it. */
function takeLine(record: OpenRecord, text: string, number: number): boolean {
  let at = 0;
  for (;;) {
    if (record.quoted === undefined && text[at] === '"') {
      [record.quoted, record.quotedAt] = ["", number];
      at += 1;
    }
    if (record.quoted === undefined) {
      const comma = text.indexOf(",", at);
      record.fields.push(plainField(comma < 0 ? withoutReturn(text.slice(at)) : text.slice(at, comma), number));
      if (comma < 0) return true;
      at = comma + 1;
      continue;
    }
    const quote = text.indexOf('"', at);
    record.quoted += quote < 0 ? `${text.slice(at)}\n` : text.slice(at, quote);
    if (record.quoted.length > LONGEST_FIELD) {
      throw new CsvError(record.quotedAt, "the quote that opens here is not closed for a long while");
    }
    if (quote < 0) return false;
    at = quote + 1;
    if (text[at] === '"') {
      record.quoted += '"';
      at += 1;
      continue;
    }
    record.fields.push(record.quoted);
    record.quoted = undefined;
    if (withoutReturn(text.slice(at)) === "") return true;
    if (text[at] !== ",")
      throw new CsvError(number, "text stands behind a closing quote: double quotes within a field");
    at += 1;
  }
}

function plainField(field: string, line: number): string {
  if (field.includes('"')) throw new CsvError(line, "a quote stands within a field: put the whole field in quotes");
  if (field.includes("\r")) throw new CsvError(line, "a carriage return stands alone: end lines with LF or CRLF");
  return field;
}

/** A line feed was cut off already; of CRLF, this is the rest. */
function withoutReturn(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
