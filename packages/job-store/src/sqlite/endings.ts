import { type AttemptEnding, encodeJobResult, type JobResult, type LaneEvent } from "@bentham/core";
import { teachLane } from "./lanes.ts";
import { number, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** Ends the attempt that a job is under, in the table of attempts; its lane learns what there is to learn. */
export function endAttempt(context: StoreContext, job: Row, ending: AttemptEnding, laneEvent?: LaneEvent): void {
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
  const hadTurn = number(job, "asks") > 0 || job["turn_at"] !== null;
  const learnt = laneEvent ?? (hadTurn ? "inconclusive" : undefined);
  if (learnt) teachLane(context, text(job, "lane"), learnt);
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
