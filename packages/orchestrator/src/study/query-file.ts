import { createReadStream } from "node:fs";
import { basename, extname } from "node:path";
import type { PlannedQuery } from "@bentham/core";
import { z } from "zod";
import { type FileIssue, InvalidFileError } from "../yaml/invalid-file-error.ts";
import { readCsvRecords } from "./csv.ts";
import { queryIdSchema, queryTextSchema } from "./study-schema.ts";

/** Issues told at once; a file of a million lines can have a million. */
const MOST_ISSUES = 20;

const querySchema = z.object({ id: queryIdSchema, text: queryTextSchema });

/** A record of a file, and the line it starts at. */
interface Numbered {
  readonly line: number;
  readonly value: unknown;
}

/**
 * Reads questions from a file: JSON lines with `id` and `text`, or CSV (RFC 4180) with these columns. Other members and
 * columns are left alone.
 *
 * @param named Where the study names the file.
 * @throws InvalidFileError STUDY_INVALID, with file and line.
 */
export async function readQueryFile(path: string, named: FileIssue): Promise<PlannedQuery[]> {
  const file = basename(path);
  const records = recordsOf(path);
  if (!records) {
    return fail([{ ...named, message: `${file} is neither .jsonl nor .csv: write questions in one of these forms` }]);
  }
  const queries: PlannedQuery[] = [];
  const lines = new Map<string, number>();
  const issues: FileIssue[] = [];
  try {
    for await (const { line, value } of records) {
      const result = querySchema.safeParse(value);
      const twice = result.success ? lines.get(result.data.id) : undefined;
      if (!result.success) {
        issues.push(
          ...result.error.issues.map((issue) => ({ file, line, path: issue.path.join("."), message: issue.message })),
        );
      } else if (twice !== undefined) {
        issues.push({
          file,
          line,
          path: "id",
          message: `"${result.data.id}" stands in line ${twice} already: rename one`,
        });
      } else {
        lines.set(result.data.id, line);
        queries.push(result.data);
      }
      if (issues.length >= MOST_ISSUES) break;
    }
  } catch (error) {
    if (error instanceof InvalidFileError) throw error;
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = error instanceof Error ? error.message : String(error);
    return fail(
      [{ ...named, message: isMissing ? `there is no file ${path}` : `${file} cannot be read: ${reason}` }],
      error,
    );
  }
  if (issues.length > 0) return fail(issues);
  if (queries.length === 0) return fail([{ ...named, message: `${file} holds no question` }]);
  return queries;
}

function fail(issues: readonly FileIssue[], cause?: unknown): never {
  throw new InvalidFileError("STUDY_INVALID", issues, { cause });
}

function recordsOf(path: string): AsyncIterable<Numbered> | undefined {
  switch (extname(path).toLowerCase()) {
    case ".jsonl":
    case ".ndjson":
      return jsonLines(path);
    case ".csv":
      return csvRecords(path);
    default:
      return undefined;
  }
}

async function* jsonLines(path: string): AsyncIterable<Numbered> {
  let line = 0;
  let rest = "";
  const parse = function* (text: string): Iterable<Numbered> {
    line += 1;
    const json = line === 1 ? text.replace(/^\ufeff/, "") : text;
    if (json.trim() !== "") yield { line, value: parseJson(json, path, line) };
  };
  for await (const chunk of decoded(path)) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) yield* parse(part);
  }
  yield* parse(rest);
}

function parseJson(text: string, path: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidFileError("STUDY_INVALID", [
      { file: basename(path), line, message: `this line is no JSON: ${reason}` },
    ]);
  }
}

async function* csvRecords(path: string): AsyncIterable<Numbered> {
  let columns: readonly string[] | undefined;
  for await (const { line, fields } of readCsvRecords(decoded(path), basename(path))) {
    if (!columns) {
      columns = fields.map((name) => name.trim().toLowerCase());
      for (const needed of ["id", "text"]) {
        if (columns.includes(needed)) continue;
        const message = `the first line must name the columns id and text, and names ${fields.join(", ")}`;
        throw new InvalidFileError("STUDY_INVALID", [{ file: basename(path), line, message }]);
      }
      continue;
    }
    yield { line, value: { id: fields[columns.indexOf("id")], text: fields[columns.indexOf("text")] } };
  }
}

/** The text of a file, a piece at a time. @throws TypeError when it is not UTF-8. */
async function* decoded(path: string): AsyncIterable<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}
