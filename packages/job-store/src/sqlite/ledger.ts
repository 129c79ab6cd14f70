import type { CellReason, CellState, JobResult, LaneReport, Ledger, RunCell } from "@bentham/core";
import { decodeJobResult, ENDED_STATES } from "@bentham/core";
import { groupOf } from "./claim.ts";
import { livingIn } from "./reap.ts";
import { number, optionalText, type Row, text } from "./row.ts";
import { unknownRun } from "./run-cache.ts";
import type { StoreContext } from "./store-context.ts";
import { waitOf } from "./waits.ts";

/** Results read at once. */
const PAGE = 200;

/** Cells of a run by state. What is planned but not enqueued yet is pending. */
export function ledgerOf({ database }: StoreContext, runId: string): Ledger {
  const run = database.row("SELECT planned FROM run WHERE run_id = ?", runId);
  if (!run) throw unknownRun(runId);
  const rows = database.rows("SELECT state, SUM(cells) AS cells FROM tally WHERE run_id = ? GROUP BY state", runId);
  return ledgerFrom(rows, number(run, "planned"));
}

/** Where the lanes of a run stand. */
export function laneReports(context: StoreContext, runId: string): LaneReport[] {
  const { database } = context;
  const lanes = database.rows("SELECT lane FROM run_lane WHERE run_id = ? ORDER BY lane", runId);
  return lanes.map((row) => {
    const lane = text(row, "lane");
    const rows = database.rows(
      "SELECT state, SUM(cells) AS cells FROM tally WHERE run_id = ? AND lane = ? GROUP BY state",
      runId,
      lane,
    );
    const planned = rows.reduce((sum, counted) => sum + number(counted, "cells"), 0);
    const groups = database.rows(
      "SELECT run_id, location_id FROM tally WHERE run_id = ? AND lane = ? AND state = 'waiting' AND cells > 0",
      runId,
      lane,
    );
    const waiting = waitOf(context, lane, groups.map(groupOf));
    return {
      lane,
      ledger: ledgerFrom(rows, planned),
      running: livingIn(context, lane),
      ...(waiting ? { waiting } : {}),
    };
  });
}

/** Why cells have no answer, most cells first. */
export function reasonsOf({ database }: StoreContext, runId: string): CellReason[] {
  const rows = database.rows(
    `SELECT r.state, r.code, COUNT(*) AS cells, MIN(r.message) AS example
       FROM result r JOIN job j ON j.seq = r.job_seq AND j.generation = r.generation AND j.state = r.state
       WHERE r.run_id = ? AND r.state <> 'answered' GROUP BY r.state, r.code
     UNION ALL
     SELECT j.state, a.code, COUNT(*) AS cells, MIN(a.message) AS example
       FROM job j JOIN attempt a ON a.job_seq = j.seq AND a.attempt = j.attempts
       WHERE j.run_id = ? AND j.state = 'parked' GROUP BY a.code
     ORDER BY cells DESC`,
    runId,
    runId,
  );
  return rows.map((row) => ({
    state: cellState(text(row, "state")),
    code: optionalText(row, "code") ?? "",
    cells: number(row, "cells"),
    example: optionalText(row, "example") ?? "",
  }));
}

/** The results of a run in the order they were written, read a page at a time. */
export async function* resultsOf(
  { database }: StoreContext,
  runId: string,
  superseded: boolean,
): AsyncIterable<JobResult> {
  const current = superseded
    ? ""
    : "AND EXISTS (SELECT 1 FROM job j WHERE j.seq = r.job_seq AND j.generation = r.generation)";
  for (let after = 0; ;) {
    const rows: Row[] = database.rows(
      `SELECT r.seq, r.body FROM result r WHERE r.run_id = ? AND r.seq > ? ${current} ORDER BY r.seq LIMIT ${PAGE}`,
      runId,
      after,
    );
    for (const row of rows) yield decodeJobResult(text(row, "body"));
    const last = rows.at(-1);
    if (!last) return;
    after = number(last, "seq");
  }
}

function ledgerFrom(rows: readonly Row[], planned: number): Ledger {
  const count = (state: string): number => {
    const row = rows.find((counted) => counted["state"] === state);
    return row ? number(row, "cells") : 0;
  };
  const ended = {
    answered: count("answered"),
    failed: count("failed"),
    blocked: count("blocked"),
    cancelled: count("cancelled"),
    skipped: count("skipped"),
    parked: count("parked"),
  };
  const pending = planned - Object.values(ended).reduce((sum, cells) => sum + cells, 0);
  return { planned, ...ended, pending };
}

function cellState(state: string): CellState {
  if (state === "parked") return state;
  return ENDED_STATES.find((ended) => ended === state) ?? "pending";
}

/** Every enqueued cell of a run as it stands, in the order of the plan, read a page at a time. */
export async function* cellsOf({ database }: StoreContext, runId: string): AsyncIterable<RunCell> {
  for (let after = 0; ;) {
    const rows: Row[] = database.rows(
      `SELECT j.seq, j.job_id, j.query_id, j.surface_id, j.location_id, j.repeat, j.state, j.generation, r.body,
         r.state AS result_state, r.code, r.message
       FROM job j LEFT JOIN result r ON r.job_seq = j.seq AND r.generation = j.generation
       WHERE j.run_id = ? AND j.seq > ? ORDER BY j.seq LIMIT ${PAGE}`,
      runId,
      after,
    );
    for (const row of rows) yield cellOf(row);
    const last = rows.at(-1);
    if (!last) return;
    after = number(last, "seq");
  }
}

function cellOf(row: Row): RunCell {
  const body = optionalText(row, "body");
  return {
    jobId: text(row, "job_id"),
    queryId: text(row, "query_id"),
    surfaceId: text(row, "surface_id"),
    locationId: text(row, "location_id"),
    repeat: number(row, "repeat"),
    state: cellState(text(row, "state")),
    generation: number(row, "generation"),
    ...(body === undefined ? {} : { result: resultIn(row, body) }),
  };
}

/**
 * A result as its row has it. The columns that results are chosen and counted by are laid over the body, which says the same:
 * where somebody has edited either, the result is another one.
 */
function resultIn(row: Row, body: string): JobResult {
  const result = decodeJobResult(body);
  const state = ENDED_STATES.find((ended) => ended === row["result_state"]);
  const [code, message] = [optionalText(row, "code"), optionalText(row, "message")];
  const isFree = code === undefined && message === undefined && !result.error;
  const error = { isRetryable: false, retryCount: 0, ...result.error, code: code ?? "", message: message ?? "" };
  return { ...result, ...(state ? { state } : {}), ...(isFree ? {} : { error }) };
}
