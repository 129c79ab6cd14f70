import { InvalidFileError } from "../yaml/invalid-file-error.ts";

/** One record of a CSV file, and the line it starts at. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The records of a CSV text (RFC 4180): fields parted by commas, quoted ones may hold commas, quotes and line ends.
 *
 * @param file For messages.
 * @throws InvalidFileError STUDY_INVALID for a quote that is never closed, or that stands inside an unquoted field.
 */
export async function* readCsvRecords(chunks: AsyncIterable<string>, file: string): AsyncIterable<CsvRecord> {
  let line = 1;
  let start = 1;
  let fields: string[] = [];
  let field = "";
  /** Where in a field the reader is; `closed` is right behind a closing quote, which may turn out to be half of a pair. */
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  const fail = (message: string): never => {
    throw new InvalidFileError("STUDY_INVALID", [{ file, line, message }]);
  };
  const endField = (): void => {
    fields.push(field);
    [field, state] = ["", "start"];
  };
  const endRecord = (): CsvRecord | undefined => {
    endField();
    const record = { line: start, fields };
    fields = [];
    start = line;
    return record.fields.length === 1 && record.fields[0] === "" ? undefined : record;
  };
  for await (const chunk of chunks) {
    for (const character of line === 1 && start === 1 && field === "" ? chunk.replace(/^\ufeff/, "") : chunk) {
      if (character === "\n") line += 1;
      if (state === "quoted") {
        if (character === '"') state = "closed";
        else field += character;
      } else if (character === '"') {
        if (state === "plain") fail("a quote stands inside an unquoted field: put the whole field in quotes");
        if (state === "closed") field += character;
        state = "quoted";
      } else if (character === ",") {
        endField();
      } else if (character === "\n") {
        const record = endRecord();
        if (record) yield record;
      } else if (character !== "\r") {
        if (state === "closed") fail("text stands behind a closing quote: double the quotes inside a field");
        state = "plain";
        field += character;
      }
    }
  }
  if (state === "quoted") fail(`a quote that opens in line ${start} is never closed`);
  const last = endRecord();
  if (last) yield last;
}
