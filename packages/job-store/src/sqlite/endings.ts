import { type AttemptEnding, encodeJobResult, type JobResult } from "@bentham/core";
import { number, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** Ends the attempt that a job is under, in the table of attempts. */
export function endAttempt(context: StoreContext, job: Row, ending: AttemptEnding): void {
  context.database.change(
    `UPDATE attempt SET ended_at = ?, outcome = ?, code = ?, message = ?, bag_path = ? WHERE job_seq = ? AND attempt = ?`,
    context.now(),
    ending.outcome,
    ending.code,
    ending.message,
    ending.bagPath ?? null,
    number(job, "seq"),
    number(job, "attempts"),
  );
}

/** Ends a job: its row, and its result row. */
export function endJob(context: StoreContext, job: Row, result: JobResult): void {
  const { database, tally } = context;
  const { state = "failed", error } = result;
  tally.move(job, text(job, "state"), state);
  database.change(
    `UPDATE job SET state = ?, lease_token = NULL, lease_until = NULL, worker_id = NULL WHERE seq = ?`,
    state,
    number(job, "seq"),
  );
  database.change(
    "INSERT INTO result (run_id, job_seq, generation, state, code, message, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    text(job, "run_id"),
    number(job, "seq"),
    number(job, "generation"),
    state,
    error?.code ?? null,
    error?.message ?? null,
    encodeJobResult(result),
  );
}
