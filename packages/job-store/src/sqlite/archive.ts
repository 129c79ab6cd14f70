import { type ArchivedLine, BenthamError, type Json } from "@bentham/core";
import { pauseOn } from "./pauses.ts";
import { number, type Row, text } from "./row.ts";
import { unknownRun } from "./run-cache.ts";
import { updateShared } from "./shared-state.ts";
import type { StoreContext } from "./store-context.ts";

/** Rows read at once. */
const PAGE = 200;

/** The columns that are a run's own: no lease, no worker, no place in this file. */
const COLUMNS = {
  run: "run_id study series plan_hash settings queue_name planned enqueued finished asks spent_nano refused revision created_iso",
  run_lane: "run_id lane concurrency per_minute",
  job: "job_id run_id query_id surface_id location_id repeat lane state generation attempts failures deferrals crashes asks",
  attempt: "attempt generation worker_id started_at asks reserved_nano ended_at outcome code message bag_path evidence",
  question: "query_id position text",
  result: "run_id generation state code message body",
  run_log: "run_id at_iso event detail",
} as const;

type Table = keyof typeof COLUMNS;

/** The lines of a run that rests. */
export async function* archiveRun(context: StoreContext, runId: string): AsyncIterable<ArchivedLine> {
  const { database } = context;
  mustRest(context, runId);
  const run = database.row(`SELECT ${listOf("run")} FROM run WHERE run_id = ?`, runId);
  const plan = database.row("SELECT plan FROM run_plan WHERE run_id = ?", runId);
  if (!run || !plan) throw unknownRun(runId);
  const lanes = database.rows(`SELECT ${listOf("run_lane")} FROM run_lane WHERE run_id = ?`, runId);
  yield {
    kind: "run",
    row: own(run, "run"),
    parts: lanes.map((row) => own(row, "run_lane")),
    plan: text(plan, "plan"),
  };
  const questions = `SELECT q.position AS seq, ${listOf("question", "q.")} FROM question q
    JOIN plan p USING (plan_id) JOIN run r ON r.study = p.study AND r.plan_hash = p.plan_hash WHERE r.run_id = ?`;
  for (const row of pages(context, questions, runId, "q.position", -1)) {
    yield { kind: "question", row: { ...own(row, "question"), run_id: runId } };
  }
  for (const job of pages(context, `SELECT seq, ${listOf("job")} FROM job WHERE run_id = ?`, runId)) {
    const attempts = database.rows(
      `SELECT ${listOf("attempt")} FROM attempt WHERE job_seq = ? ORDER BY attempt`,
      number(job, "seq"),
    );
    yield { kind: "job", row: own(job, "job"), parts: attempts.map((row) => own(row, "attempt")) };
  }
  const results = `SELECT r.seq, j.job_id, ${listOf("result", "r.")} FROM result r JOIN job j ON j.seq = r.job_seq WHERE r.run_id = ?`;
  for (const result of pages(context, results, runId, "r.seq")) {
    yield { kind: "result", row: { ...own(result, "result"), job_id: text(result, "job_id") } };
  }
  for (const row of pages(context, `SELECT seq, ${listOf("run_log")} FROM run_log WHERE run_id = ?`, runId)) {
    yield { kind: "log", row: own(row, "run_log") };
  }
  mustRest(context, runId);
}

/** Puts a run in. Runs inside a transaction. */
export function restoreRun(
  context: StoreContext,
  lines: Iterable<ArchivedLine>,
  shared: Readonly<Record<string, Json>> = {},
): string {
  let runId: string | undefined;
  const seqs = seqOf(context);
  for (const { kind, row, parts = [], plan } of lines) {
    if (kind === "run" ? runId !== undefined : row["run_id"] !== runId) throw malformed(kind);
    switch (kind) {
      case "run":
        runId = restoreHead(context, row, parts, plan);
        break;
      case "question":
        insert(context, "question", row, { plan_id: planOf(context, runId) }, "OR IGNORE");
        break;
      case "job":
        insert(context, "job", row, { not_before: 0 });
        countCell(context, row);
        for (const attempt of parts) insert(context, "attempt", attempt, { job_seq: seqs(row["job_id"]) });
        break;
      case "result":
        insert(context, "result", row, { job_seq: seqs(row["job_id"]) });
        break;
      case "log":
        insert(context, "run_log", row);
        break;
    }
  }
  if (runId === undefined) throw malformed("run");
  for (const [key, value] of Object.entries(shared)) updateShared(context, key, () => value);
  context.database.forget();
  return runId;
}

function restoreHead(
  context: StoreContext,
  row: ArchivedLine["row"],
  lanes: readonly ArchivedLine["row"][],
  plan: string | undefined,
): string {
  const { run_id: runId, study, series } = row;
  if (typeof runId !== "string" || typeof study !== "string" || typeof series !== "number" || plan === undefined) {
    throw malformed("run");
  }
  const taken = context.database.row(
    "SELECT run_id FROM run WHERE run_id = ? OR (study = ? AND series = ?)",
    runId,
    study,
    series,
  );
  if (taken) throw new BenthamError("USAGE", `there is a run ${text(taken, "run_id")} already: nothing was changed`);
  insert(context, "run", row);
  context.database.change("INSERT INTO run_plan (run_id, plan) VALUES (?, ?)", runId, plan);
  for (const lane of lanes) insert(context, "run_lane", lane);
  return runId;
}

/** The plan of a run's questions, which runs of one study and hash share. */
function planOf({ database }: StoreContext, runId: string | undefined): number {
  const plan = "SELECT study, plan_hash FROM run WHERE run_id = ?";
  database.change(`INSERT OR IGNORE INTO plan (study, plan_hash) ${plan}`, runId ?? "");
  const row = database.row(`SELECT plan_id FROM plan WHERE (study, plan_hash) = (${plan})`, runId ?? "");
  if (!row) throw malformed("question");
  return number(row, "plan_id");
}

function countCell({ tally }: StoreContext, row: ArchivedLine["row"]): void {
  const { run_id: runId, lane, location_id: locationId, state } = row;
  if (
    typeof runId !== "string" ||
    typeof lane !== "string" ||
    typeof locationId !== "string" ||
    typeof state !== "string"
  )
    throw malformed("job");
  tally.add(runId, lane, locationId, state, 1);
}

/** Finds the place of a job in this file. */
function seqOf({ database }: StoreContext): (jobId: Json | undefined) => number {
  return (jobId) => {
    const row = typeof jobId === "string" ? database.row("SELECT seq FROM job WHERE job_id = ?", jobId) : undefined;
    if (!row) throw malformed("job");
    return number(row, "seq");
  };
}

function insert(
  { database }: StoreContext,
  table: Table,
  row: ArchivedLine["row"],
  more: Readonly<Record<string, number>> = {},
  or: "OR IGNORE" | "" = "",
): void {
  const columns = COLUMNS[table].split(" ");
  const values = columns.map((column) => {
    const value = row[column] ?? null;
    if (value !== null && typeof value !== "string" && typeof value !== "number") throw malformed(table);
    return value;
  });
  const names = [...columns, ...Object.keys(more)];
  database.change(
    `INSERT ${or} INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
    ...values,
    ...Object.values(more),
  );
}

/** @throws BenthamError USAGE while anybody may be at work on the run. */
function mustRest(context: StoreContext, runId: string): void {
  const { database, now } = context;
  const run = database.row("SELECT finished FROM run WHERE run_id = ?", runId);
  if (!run) throw unknownRun(runId);
  if (number(run, "finished") === 1) return;
  const leased = database.row("SELECT 1 FROM job WHERE run_id = ? AND state = 'leased'", runId);
  if (pauseOn(database, now(), "run", runId) && !leased) return;
  const way = leased ? "wait for the jobs under way" : "end it, or stop it with `bentham pause`";
  throw new BenthamError("USAGE", `${runId} has not ended, and does not rest: ${way}, then bundle it`);
}

function* pages(context: StoreContext, sql: string, runId: string, seq = "seq", from = 0): Iterable<Row> {
  for (let after = from; ;) {
    const rows = context.database.rows(`${sql} AND ${seq} > ? ORDER BY ${seq} LIMIT ${PAGE}`, runId, after);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = number(last, "seq");
  }
}

function listOf(table: Table, prefix = ""): string {
  return COLUMNS[table]
    .split(" ")
    .map((column) => prefix + column)
    .join(", ");
}

function own(row: Row, table: Table): ArchivedLine["row"] {
  const entries = COLUMNS[table].split(" ").map((column): [string, Json] => {
    const value = row[column];
    return [column, typeof value === "string" || typeof value === "number" ? value : null];
  });
  return Object.fromEntries(entries);
}

function malformed(what: string): BenthamError {
  return new BenthamError(
    "STORE_CORRUPT",
    `the rows of the run are not what they should be, at a line of the kind "${what}"`,
  );
}
