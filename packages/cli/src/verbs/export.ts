import { createWriteStream, statSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { BenthamError, type Run, type RunStore } from "@bentham/core";
import { makeFolder } from "@bentham/runtime";
import type { Terminal } from "../terminal.ts";

/** What `export` writes, and where. */
export interface ExportOptions {
  /** A file; without one the lines go to standard output. */
  readonly out?: string;
  /** Superseded results too. */
  readonly all: boolean;
}

/** Writes the results of a run as JSON lines: one `JobResult` a line, with the text of its query. */
export async function exportResults(
  store: RunStore,
  run: Run,
  terminal: Terminal,
  { out, all }: ExportOptions,
): Promise<number> {
  const lines = resultLines(store, run, all);
  if (out === undefined) {
    for await (const line of lines) {
      if (terminal.readerIsGone) break;
      terminal.out(line.trimEnd());
    }
    return 0;
  }
  await makeFolder(dirname(out), "USAGE");
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) {
    throw new BenthamError("USAGE", `${out} is a folder: name the file to write`);
  }
  await pipeline(Readable.from(lines), createWriteStream(out, { mode: 0o600 }));
  terminal.tell(`wrote ${out}`);
  return 0;
}

async function* resultLines(store: RunStore, run: Run, superseded: boolean): AsyncIterable<string> {
  const queries = new Map(run.plan.queries.map(({ id, text }) => [id, text]));
  for await (const result of store.results(run.runId, { superseded })) {
    yield `${JSON.stringify({ query: queries.get(result.queryId), ...result })}\n`;
  }
}
