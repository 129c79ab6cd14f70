import type { Json } from "../canonical-json.ts";

/** One line of an archived run: its kind, and what a store of that kind keeps of it. The run itself comes first. */
export interface ArchivedLine {
  readonly kind: "run" | "question" | "job" | "result" | "log";
  readonly row: { readonly [column: string]: Json };
  /** What belongs to it: the plan and lanes of a run, the attempts of a job. */
  readonly parts?: readonly { readonly [column: string]: Json }[];
  readonly plan?: string;
}

/** Takes a run out of a store as lines, and puts it into another one. Leases, pauses and secrets are no part of it. */
export interface RunArchive {
  /**
   * The lines of a run, read a page at a time.
   *
   * @throws BenthamError RUN_UNKNOWN; USAGE when the run does not rest: it has neither ended, nor is it paused with no job under
   *   lease. That is looked at before the first line and after the last.
   */
  archiveRun(runId: string): AsyncIterable<ArchivedLine>;
  /**
   * Puts a run in, in one transaction. Cells that were waiting may be claimed at once.
   *
   * @param shared What goes into the shared state with it, by key.
   * @returns its id.
   * @throws BenthamError USAGE when there is such a run, or another run of its study with its number; STORE_CORRUPT for lines
   *   that are none.
   */
  restoreRun(lines: Iterable<ArchivedLine>, shared?: Readonly<Record<string, Json>>): Promise<string>;
}
