import { BenthamError, type CellFilter, type CellState, laneOf, type PlannedCell } from "@bentham/core";
import { endAttempt } from "./endings.ts";
import { endWithout } from "./free-job.ts";
import { number, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";
import { writeInTurns } from "./write-in-turns.ts";

/** Cells that one transaction may touch: at most some ten milliseconds of the lock. */
const CHUNK = 500;
/** Cells that one call of enqueue may bring. */
const MOST_CELLS = 10_000;

/** Adds cells; those that are there already stay as they are. */
export async function enqueueCells(context: StoreContext, runId: string, cells: readonly PlannedCell[]): Promise<void> {
  if (cells.length > MOST_CELLS) {
    throw new BenthamError("USAGE", `enqueue takes at most ${MOST_CELLS} cells at a time, and got ${cells.length}`);
  }
  const { database, runs, tally } = context;
  const { surfaces } = runs.terms(runId);
  await writeInTurns(context, cells, (cell) => {
    const lane = laneOf(cell.surfaceId, surfaces.get(cell.surfaceId)?.credentialPool);
    const added = database.change(
      `INSERT OR IGNORE INTO job (job_id, run_id, query_id, surface_id, location_id, repeat, lane, state, not_before,
         generation, attempts, failures, deferrals, crashes, asks)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 1, 0, 0, 0, 0, 0)`,
      cell.jobId,
      runId,
      cell.queryId,
      cell.surfaceId,
      cell.locationId,
      cell.repeat,
      lane,
    );
    tally.add(runId, lane, cell.locationId, "waiting", added);
  });
  context.wake();
}

/** Makes ended or parked cells pending again, in a new generation. */
export async function retryCells(context: StoreContext, runId: string, filter: CellFilter): Promise<number> {
  const { database, tally } = context;
  const states = filter.states ?? ["failed"];
  if (states.includes("pending"))
    throw new BenthamError("USAGE", "only cells that have ended or are parked can be retried");
  const cells = await inChunks(context, runId, { ...filter, states }, (job) => {
    // With every cell, not after the last one: a kill in between must not leave an ended run with cells to ask.
    if (database.change("UPDATE run SET finished = 0 WHERE run_id = ? AND finished = 1", runId) > 0) database.forget();
    tally.move(job, text(job, "state"), "waiting");
    database.change(
      `UPDATE job SET state = 'waiting', not_before = 0, generation = generation + 1, failures = 0, deferrals = 0,
         crashes = 0 WHERE seq = ?`,
      number(job, "seq"),
    );
  });
  context.wake();
  return cells;
}

/** Ends cells that have not ended as cancelled. A lease on one is void from then on. */
export async function cancelCells(context: StoreContext, runId: string, filter: CellFilter = {}): Promise<number> {
  const states = (filter.states ?? ["pending", "parked"]).filter((state) => state === "pending" || state === "parked");
  return inChunks(context, runId, { ...filter, states }, (job) => {
    const message = "the cell was cancelled";
    context.database.forget(); // Its row, in case that it is under lease.
    if (job["state"] === "leased") endAttempt(context, job, { outcome: "cancelled", code: "CANCELLED", message });
    endWithout(context, job, "cancelled", "CANCELLED", message);
  });
}

/** Changes every cell that matches, some at a time, so that nobody waits long for the lock. */
async function inChunks(
  context: StoreContext,
  runId: string,
  filter: CellFilter,
  change: (job: Row) => void,
): Promise<number> {
  const { database } = context;
  const { where, values } = matching(runId, filter);
  let changed = 0;
  for (let after = 0, more = true; more;) {
    const last = await database.write(() => {
      const jobs = database.rows(
        `SELECT j.* FROM job j WHERE ${where} AND j.seq > ? ORDER BY j.seq LIMIT ${CHUNK}`,
        ...values,
        after,
      );
      for (const job of jobs) change(job);
      return jobs;
    });
    changed += last.length;
    const end = last.at(-1);
    more = last.length === CHUNK;
    if (end) after = number(end, "seq");
  }
  return changed;
}

function matching(runId: string, filter: CellFilter): { readonly where: string; readonly values: string[] } {
  const conditions = ["j.run_id = ?"];
  const values = [runId];
  const add = (condition: string, wanted: readonly string[] | undefined): void => {
    if (!wanted) return;
    conditions.push(condition);
    values.push(JSON.stringify(wanted));
  };
  add("j.state IN (SELECT value FROM json_each(?))", filter.states?.flatMap(rowStatesOf));
  add("j.surface_id IN (SELECT value FROM json_each(?))", filter.surfaces);
  add("j.location_id IN (SELECT value FROM json_each(?))", filter.locations);
  add("j.query_id IN (SELECT value FROM json_each(?))", filter.queries);
  add(
    `COALESCE((SELECT r.code FROM result r WHERE r.job_seq = j.seq AND r.generation = j.generation),
       (SELECT a.code FROM attempt a WHERE a.job_seq = j.seq AND a.attempt = j.attempts))
     IN (SELECT value FROM json_each(?))`,
    filter.codes,
  );
  return { where: conditions.join(" AND "), values };
}

/** The states of the table job that a state of a cell stands for. */
function rowStatesOf(state: CellState): string[] {
  return state === "pending" ? ["waiting", "leased"] : [state];
}
