import { quoted } from "../yaml/printable.ts";
import { csvRecords } from "./csv-records.ts";
import { readLines } from "./read-lines.ts";

/** What may be a question, and the line it starts at; or what is wrong with that line. */
export type QueryRecord =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly wrong: string };

/** The columns that a CSV file of questions must have; it may have others. */
const COLUMNS = ["id", "text"] as const;

/** The records of a file of JSON lines. Empty lines are left out. */
export async function* jsonLineRecords(path: string): AsyncIterable<QueryRecord> {
  for await (const { number: line, text } of readLines(path)) {
    if (text.trim() !== "") yield parsed(text, line);
  }
}

function parsed(text: string, line: number): QueryRecord {
  try {
    return { line, value: JSON.parse(text) };
  } catch (error) {
    return { line, wrong: `this is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The records of a CSV file whose first record names its columns. */
export async function* csvQueryRecords(path: string): AsyncIterable<QueryRecord> {
  let header: readonly string[] | undefined;
  for await (const { line, fields } of csvRecords(readLines(path))) {
    if (!header) {
      header = fields.map((name) => name.trim().toLowerCase());
      const wrong = headerFault(header, fields);
      if (wrong === undefined) continue;
      yield { line, wrong };
      return;
    }
    if (fields.length === header.length) {
      yield { line, value: { id: fields[header.indexOf("id")], text: fields[header.indexOf("text")] } };
    } else {
      const counts = `columns in the first line: ${header.length}, fields here: ${fields.length}`;
      yield { line, wrong: `${counts}; put text that holds commas in quotes` };
    }
  }
}

function headerFault(header: readonly string[], fields: readonly string[]): string | undefined {
  const named = fields.map(quoted).join(", ");
  for (const column of COLUMNS) {
    const count = header.filter((name) => name === column).length;
    if (count > 1) return `the first line names the column ${column} twice`;
    if (count === 1) continue;
    const other = /[;\t]/.exec(fields.join(""))?.[0];
    const remedy = other === undefined ? "" : `; part them with commas, not ${other === ";" ? "semicolons" : "tabs"}`;
    return `the first line must name the columns id and text, and names ${named}${remedy}`;
  }
  return undefined;
}
