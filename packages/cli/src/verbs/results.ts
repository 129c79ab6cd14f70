import type { JobResult, Run, RunStore } from "@bentham/core";
import { excerpt } from "../printable.ts";
import type { Terminal } from "../terminal.ts";

/** Prints the current result of every cell of a run that has ended, a line each. */
export async function results(store: RunStore, run: Run, terminal: Terminal, json: boolean): Promise<number> {
  for await (const result of store.results(run.runId)) {
    if (terminal.readerIsGone) break;
    terminal.out(json ? JSON.stringify(result) : resultLine(result, terminal.columns));
  }
  return 0;
}

function resultLine(result: JobResult, columns: number): string {
  const { queryId, surfaceId, locationId, repeat = 1, state = "", error, response } = result;
  const cell = `${excerpt(queryId, 24).padEnd(12)}  ${surfaceId}  ${locationId}  ${repeat}  ${state}`;
  const text = error ? `${error.code}: ${error.message}` : (response?.text ?? "");
  return `${cell}  ${excerpt(text, Math.max(20, columns - cell.length - 2))}`;
}
