import {
  BenthamError,
  type Json,
  laneOf,
  type OpenedRun,
  type OpenRunRequest,
  type Run,
  type RunPlan,
  type RunSettings,
} from "@bentham/core";
import { keepQuestions } from "./questions.ts";
import { number, type Row, text } from "./row.ts";
import { RUN_COLUMNS, unknownRun } from "./run-cache.ts";
import type { StoreContext } from "./store-context.ts";

/** Finds or makes the run that a start is about. */
export async function openRun(context: StoreContext, request: OpenRunRequest): Promise<OpenedRun> {
  const { plan, planHash, startNew } = request;
  const latest = latestRow(context, plan.study);
  if (!latest || startNew || text(latest, "plan_hash") === planHash) await keepQuestions(context, plan, planHash);
  return context.database.write(() => findOrMake(context, request));
}

function findOrMake(context: StoreContext, request: OpenRunRequest): OpenedRun {
  const latest = latestRow(context, request.plan.study);
  if (!latest || request.startNew) {
    return { kind: "created", run: createRun(context, request, latest ? number(latest, "series") + 1 : 1) };
  }
  if (text(latest, "plan_hash") !== request.planHash) return { kind: "changed", run: context.runs.run(latest) };
  if (number(latest, "finished") === 1) return { kind: "finished", run: context.runs.run(latest) };
  const runId = text(latest, "run_id");
  writeSettings(context, runId, request.settings);
  // A plan of the same hash asks the same; but where its surfaces are, the operator may have changed.
  context.database.change("UPDATE run_plan SET plan = ? WHERE run_id = ?", planJson(request.plan), runId);
  context.database.change(
    "UPDATE run SET queue_name = ?, revision = revision + 1 WHERE run_id = ?",
    request.queueName,
    runId,
  );
  return { kind: "continued", run: readRun(context, runId, request) };
}

function planJson({ queries: _apart, ...plan }: RunPlan): string {
  return JSON.stringify(plan);
}

function latestRow({ database }: StoreContext, study: string): Row | undefined {
  return database.row(`SELECT ${RUN_COLUMNS} FROM run WHERE study = ? ORDER BY series DESC LIMIT 1`, study);
}

/** The latest run of a study. */
export function latestRunOf(context: StoreContext, study: string): Run | undefined {
  const row = latestRow(context, study);
  return row && context.runs.run(row);
}

/** A run by its id. */
export function findRun(context: StoreContext, runId: string): Run | undefined {
  const row = context.database.row(`SELECT ${RUN_COLUMNS} FROM run WHERE run_id = ?`, runId);
  return row && context.runs.run(row);
}

/** Runs, latest first. */
export function allRuns(context: StoreContext, which: "all" | "unfinished" = "all"): Run[] {
  const filter = which === "all" ? "" : "WHERE finished = 0";
  return context.database
    .rows(`SELECT ${RUN_COLUMNS} FROM run ${filter} ORDER BY created_iso DESC, series DESC`)
    .map((row) => context.runs.run(row));
}

/** Says that every cell of a run has been enqueued. Runs inside a transaction. */
export function markEnqueued({ database }: StoreContext, runId: string): void {
  if (database.change("UPDATE run SET enqueued = 1 WHERE run_id = ?", runId) === 0) throw unknownRun(runId);
}

/** Says that a run has ended, unless a cell of it is open again by now. Runs inside a transaction. */
export function markFinished({ database, tally }: StoreContext, runId: string): void {
  tally.write();
  const open = "SELECT 1 FROM tally WHERE run_id = ? AND state IN ('waiting', 'leased', 'parked') AND cells > 0";
  if (database.row(open, runId)) return;
  database.forget();
  if (database.change("UPDATE run SET finished = 1 WHERE run_id = ?", runId) === 0) throw unknownRun(runId);
}

/** Adds a line to a run's log. Runs inside a transaction. */
export function logRun({ database, clock }: StoreContext, runId: string, event: string, detail: Json): void {
  database.change(
    "INSERT INTO run_log (run_id, at_iso, event, detail) VALUES (?, ?, ?, ?)",
    runId,
    new Date(clock.now()).toISOString(),
    event,
    JSON.stringify(detail),
  );
}

function createRun(context: StoreContext, request: OpenRunRequest, series: number): Run {
  const { database, clock } = context;
  const { plan, planHash, settings, queueName } = request;
  const runId = `${plan.study}-${series}`;
  if (findRun(context, runId)) {
    throw new BenthamError("USAGE", `there is a run "${runId}" of another study: give this study another name`);
  }
  database.change(
    `INSERT INTO run (run_id, study, series, plan_hash, settings, queue_name, planned, enqueued, finished, asks, revision,
       created_iso) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 1, ?)`,
    runId,
    plan.study,
    series,
    planHash,
    JSON.stringify(settings),
    queueName,
    plan.queries.length * plan.surfaces.length * plan.locations.length * plan.repeats,
    new Date(clock.now()).toISOString(),
  );
  database.change("INSERT INTO run_plan (run_id, plan) VALUES (?, ?)", runId, planJson(plan));
  for (const { id, credentialPool } of plan.surfaces) {
    database.change("INSERT INTO run_lane (run_id, lane) VALUES (?, ?)", runId, laneOf(id, credentialPool));
  }
  writeSettings(context, runId, settings);
  return readRun(context, runId, request);
}

function writeSettings({ database }: StoreContext, runId: string, settings: RunSettings): void {
  database.change("UPDATE run SET settings = ?, refused = 0 WHERE run_id = ?", JSON.stringify(settings), runId);
  database.change("UPDATE run_lane SET concurrency = NULL, per_minute = NULL WHERE run_id = ?", runId);
  for (const [lane, limits] of Object.entries(settings.limits)) {
    database.change(
      "UPDATE run_lane SET concurrency = ?, per_minute = ? WHERE run_id = ? AND lane = ?",
      limits.concurrency ?? null,
      limits.perMinute ?? null,
      runId,
      lane,
    );
  }
}

/** A run as it was just written. */
function readRun(context: StoreContext, runId: string, { plan }: OpenRunRequest): Run {
  context.database.forget();
  context.runs.keepQueries(runId, plan.queries);
  const run = findRun(context, runId);
  if (!run) throw unknownRun(runId);
  return run;
}
