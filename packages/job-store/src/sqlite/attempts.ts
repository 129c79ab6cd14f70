import {
  type AskPermit,
  type AttemptEnding,
  type AttemptRef,
  type LaterRequest,
  type ParkedEnding,
  type Settlement,
  type Taken,
  takeTurn,
} from "@bentham/core";
import { stopOf } from "./claim.ts";
import { endAttempt, endJob } from "./endings.ts";
import { freeJob } from "./free-job.ts";
import { itemFor } from "./inbox.ts";
import { limitsOf, readLane, writeLane } from "./lanes.ts";
import { forgetLeased, keepLeased, leasedJob } from "./leased-jobs.ts";
import { reserveMoney, settleMoney } from "./money.ts";
import { pauseOn, writePause } from "./pauses.ts";
import { number, optionalNumber, type Row, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** Whether and when an attempt may ask; counts the question when it may now. Runs inside a transaction. */
export function permitAsk(context: StoreContext, attempt: AttemptRef): AskPermit {
  const { database, now, askCount } = context;
  const job = leasedJob(database, attempt);
  if (!job) return { kind: "stop", reason: isCancelled(context, attempt) ? "cancelled" : "lost" };
  // Nobody has taken it over yet, but anybody may in this moment: whoever overslept asks no more.
  if (number(job, "lease_until") < now()) return { kind: "stop", reason: "lost" };
  const runId = text(job, "run_id");
  const stop = stopOf(context, runId);
  if (stop) return { kind: "stop", reason: stop };
  const time = now();
  const lane = text(job, "lane");
  const pause = pauseOn(database, time, "lane", lane) ?? pauseOn(database, time, "location", text(job, "location_id"));
  if (pause) return { kind: "wait", waitMs: pause.forMs, reason: "paused" };

  const { state } = readLane(database, lane);
  const turn = takeTurn(state, limitsOf(database, lane), optionalNumber(job, "turn_at"), time);
  if (turn.kind === "later") return { kind: "wait", waitMs: turn.at - time, reason: turn.reason };
  if (turn.kind === "now" && !reserveMoney(context, job)) return { kind: "stop", reason: "budget" };
  if (turn.lane && turn.lane !== state) writeLane(database, lane, { state: turn.lane });
  const seq = number(job, "seq");
  if (turn.kind === "soon") {
    if (turn.lane) {
      database.change("UPDATE job SET turn_at = ? WHERE seq = ?", turn.at, seq);
      keepLeased(database, attempt.leaseToken, { ...job, turn_at: turn.at });
    }
    return { kind: "wait", waitMs: turn.at - time, reason: "rate" };
  }
  database.change("UPDATE job SET asks = asks + 1, turn_at = NULL WHERE seq = ?", seq);
  database.change("UPDATE attempt SET asks = asks + 1 WHERE job_seq = ? AND attempt = ?", seq, number(job, "attempts"));
  askCount.add(runId);
  keepLeased(database, attempt.leaseToken, { ...job, asks: number(job, "asks") + 1, turn_at: null });
  return { kind: "go" };
}

/** Writes the result row and ends the job. Runs inside a transaction. */
export function settleAttempt(context: StoreContext, attempt: AttemptRef, settlement: Settlement): Taken {
  const job = endLease(context, attempt);
  if (!job) return "lost";
  const { result, laneEvent, pause } = settlement;
  const { state = result.success ? "answered" : "failed", evidence, error } = result;
  const ending = {
    outcome: result.outcome ?? (result.success ? "answered" : "failed"),
    code: error?.code ?? "",
    message: error?.message ?? "",
    ...(evidence?.bagPath === undefined ? {} : { bagPath: evidence.bagPath }),
  };
  endAttempt(context, job, ending, laneEvent);
  settleMoney(context, job, result);
  endJob(context, job, { ...result, state, generation: number(job, "generation") });
  if (pause) writePause(context.database, context.now(), pause);
  return "taken";
}

/** Ends the attempt; the job waits. Runs inside a transaction. */
export function putOff(context: StoreContext, attempt: AttemptRef, request: LaterRequest): Taken {
  const job = endLease(context, attempt);
  if (!job) return "lost";
  const { database, now, tally } = context;
  const { ending, delayMs, laneEvent, pause } = request;
  endAttempt(context, job, ending, laneEvent);
  tally.move(job, "leased", "waiting");
  database.change(
    `UPDATE job SET state = 'waiting', not_before = ?, failures = failures + ?, deferrals = deferrals + ?,
       lease_token = NULL, lease_until = NULL, worker_id = NULL WHERE seq = ?`,
    now() + delayMs,
    ending.outcome === "failed" ? 1 : 0,
    ending.outcome === "deferred" ? 1 : 0,
    number(job, "seq"),
  );
  if (pause) writePause(database, now(), pause);
  return "taken";
}

/** Ends the attempt unspent. Runs inside a transaction. */
export function giveBack(context: StoreContext, attempt: AttemptRef, ending: AttemptEnding): Taken {
  const held = endLease(context, attempt);
  const job = held && context.database.row("SELECT * FROM job WHERE seq = ?", number(held, "seq"));
  if (!job) return "lost";
  endAttempt(context, job, ending);
  freeJob(context, job);
  return "taken";
}

/** Ends the attempt, and sets the job aside for a person. Runs inside a transaction. */
export function park(context: StoreContext, attempt: AttemptRef, ending: ParkedEnding): Taken {
  const job = endLease(context, attempt);
  if (!job) return "lost";
  const { database, tally } = context;
  endAttempt(context, job, ending);
  if (ending.evidence) {
    database.change(
      "UPDATE attempt SET evidence = ? WHERE job_seq = ? AND attempt = ?",
      JSON.stringify(ending.evidence),
      number(job, "seq"),
      number(job, "attempts"),
    );
  }
  tally.move(job, "leased", "parked");
  database.change(
    `UPDATE job SET state = 'parked', item = ?, for_pool = ?, lease_token = NULL, lease_until = NULL, worker_id = NULL
     WHERE seq = ?`,
    itemFor(context, job, ending),
    ending.forPool ? 1 : 0,
    number(job, "seq"),
  );
  return "taken";
}

/** The row of a job whose attempt is about to end, if it still holds its lease. */
function endLease({ database }: StoreContext, attempt: AttemptRef): Row | undefined {
  const job = leasedJob(database, attempt);
  forgetLeased(database, attempt.leaseToken);
  return job;
}

function isCancelled(context: StoreContext, { jobId }: AttemptRef): boolean {
  return context.database.row("SELECT 1 FROM job WHERE job_id = ? AND state = 'cancelled'", jobId) !== undefined;
}
