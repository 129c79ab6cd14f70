import { basename, extname } from "node:path";
import type { PlannedQuery } from "@bentham/core";
import { z } from "zod";
import { queryShape } from "../study/text-rules.ts";
import { ENOUGH_ISSUES, type FileIssue } from "../yaml/invalid-file-error.ts";
import { issueWords } from "../yaml/issue-words.ts";
import { quoted } from "../yaml/printable.ts";
import { CsvError } from "./csv-records.ts";
import { csvQueryRecords, jsonLineRecords, type QueryRecord } from "./query-records.ts";
import { UnreadableLines } from "./read-lines.ts";
import { repeatedIds } from "./repeated-ids.ts";

/** Most questions of a file. */
const MOST_QUERIES = 1_000_000;

/** Other members and columns are left alone: people keep notes beside their questions. */
const querySchema = z.object(queryShape);

/** What stands in a file of questions, and what is wrong with it. */
export interface QueryFile {
  readonly queries: readonly PlannedQuery[];
  readonly issues: readonly FileIssue[];
}

/**
 * Reads a file of questions: JSON lines with `id` and `text` (`.jsonl`, `.ndjson`), or CSV with these columns (`.csv`).
 *
 * @param issueOf Makes an issue at the place where the study names the file, for what is wrong with it as a whole.
 */
export async function readQueryFile(path: string, issueOf: (message: string) => FileIssue): Promise<QueryFile> {
  const file = basename(path);
  const records = recordsOf(path);
  if (!records) return nothing(issueOf(`${quoted(file)} must end in .csv or .jsonl, and hold questions in that form`));
  const reader = new QueryReader(file);
  try {
    for await (const record of records) {
      reader.take(record);
      if (reader.issues.length >= ENOUGH_ISSUES) break;
      if (reader.queries.length > MOST_QUERIES) return nothing(issueOf(`more than ${MOST_QUERIES} questions`));
    }
  } catch (error) {
    if (error instanceof CsvError) reader.issues.push({ file, line: error.line, message: error.message });
    else if (!(error instanceof UnreadableLines)) throw error;
    else if (error.line === undefined) return nothing(issueOf(error.message));
    else reader.issues.push({ file, line: error.line, message: error.message });
  }
  if (reader.queries.length === 0 && reader.issues.length === 0) {
    return nothing(issueOf(`${quoted(file)} holds no question`));
  }
  return { queries: reader.queries, issues: reader.allIssues() };
}

function nothing(issue: FileIssue): QueryFile {
  return { queries: [], issues: [issue] };
}

function recordsOf(path: string): AsyncIterable<QueryRecord> | undefined {
  switch (extname(path).toLowerCase()) {
    case ".jsonl":
    case ".ndjson":
      return jsonLineRecords(path);
    case ".csv":
      return csvQueryRecords(path);
    default:
      return undefined;
  }
}

/** Takes the records of one file. */
class QueryReader {
  readonly queries: PlannedQuery[] = [];
  readonly issues: FileIssue[] = [];
  readonly #file: string;
  /** The line of each question. */
  readonly #lines: number[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  take(record: QueryRecord): void {
    const { line } = record;
    if ("wrong" in record) return this.#refuse(line, undefined, record.wrong);
    const result = querySchema.safeParse(record.value, { error: issueWords });
    if (!result.success) {
      for (const { path, message } of result.error.issues) this.#refuse(line, path.join("."), message);
      return;
    }
    const { id, text } = result.data;
    this.#lines.push(line);
    this.queries.push({ id, text });
  }

  /** What is wrong with the lines that were taken, ids that stand twice among it, in the order of the lines. */
  allIssues(): FileIssue[] {
    for (const { id, index, first } of repeatedIds(this.queries)) {
      const [line = 0, before = 0] = [this.#lines[index], this.#lines[first]];
      this.#refuse(line, "id", `${quoted(id)} stands in line ${before} already: rename one`);
      if (this.issues.length >= 2 * ENOUGH_ISSUES) break;
    }
    return this.issues.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)).slice(0, ENOUGH_ISSUES);
  }

  #refuse(line: number, path: string | undefined, message: string): void {
    this.issues.push({ file: this.#file, line, ...(path === undefined ? {} : { path }), message });
  }
}
