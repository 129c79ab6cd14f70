import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { Run, RunStore } from "@bentham/core";
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
    for await (const line of lines) terminal.out(line.trimEnd());
    return 0;
  }
  await mkdir(dirname(out), { recursive: true });
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
