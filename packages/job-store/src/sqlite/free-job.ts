import { type EndedState, type ErrorCode, type JobResult, traitsOf } from "@bentham/core";
import { endJob } from "./endings.ts";
import { number, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Frees a job whose attempt has ended unspent. One that had asked, and brought no answer, may have been answered and
 * paid for all the same: what becomes of it, its run's `onUncertain` says.
 */
export function freeJob(context: StoreContext, job: Row): void {
  const { settings } = context.runs.terms(text(job, "run_id"));
  if (number(job, "asks") > 0 && settings.onUncertain === "skip") {
    endWithout(context, job, "skipped", "INTERRUPTED", "it was asked, but its answer was never stored");
    return;
  }
  const state = number(job, "asks") > 0 && settings.onUncertain === "ask" ? "parked" : "waiting";
  context.tally.move(job, text(job, "state"), state);
  context.database.change(
    `UPDATE job SET state = ?, not_before = 0, item = NULL, lease_token = NULL, lease_until = NULL, worker_id = NULL WHERE seq = ?`,
    state,
    number(job, "seq"),
  );
}

/**
 * Ends a job without an answer, for a reason that no attempt could give.
 *
 * @param last What its last attempt left, where that is part of the result.
 */
export function endWithout(
  context: StoreContext,
  job: Row,
  state: EndedState,
  code: ErrorCode,
  message: string,
  last: Pick<JobResult, "outcome" | "evidence"> = {},
): void {
  const { runId, studyId, ...cell } = context.runs.job(job);
  const result: JobResult = {
    jobId: cell.jobId,
    studyId,
    surfaceId: cell.surfaceId,
    locationId: cell.locationId,
    queryId: cell.queryId,
    success: false,
    error: { code, message, isRetryable: traitsOf(code).isRetryable, retryCount: number(job, "failures") },
    metadata: { executedAt: new Date(context.clock.now()), executionTimeMs: 0, attempts: number(job, "attempts") },
    outcome: state === "cancelled" ? "cancelled" : "failed",
    state,
    generation: number(job, "generation"),
    ...(runId === undefined ? {} : { runId }),
    ...(cell.repeat === undefined ? {} : { repeat: cell.repeat }),
    ...last,
  };
  endJob(context, job, result);
}
