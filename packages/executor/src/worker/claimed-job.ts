import {
  type AttemptEnding,
  type ClaimedJob,
  type Job,
  type JobQueue,
  type JobResult,
  type LaneEvent,
  type LaterRequest,
  type ParkedEnding,
  type Pause,
  type PauseScope,
  type Taken,
} from "@bentham/core";
import type { EndedAttempt, Failure } from "../attempt.ts";
import { evidenceLevelOf, executeOnce } from "../execute-job.ts";
import type { ExecutorParts } from "../executor-parts.ts";
import { reportResult } from "../report-result.ts";
import { laneEventOf } from "../outcome-of.ts";
import { afterRetryAfter, backoffOf, retryDelay } from "../retry/retry-delay.ts";
import { RetryStrategy } from "../retry/retry-strategy.ts";
import { countLostLease } from "../seeing/attempt-metrics.ts";
import { AttemptTrace } from "../seeing/attempt-trace.ts";
import type { WorkerSettings } from "./worker-options.ts";

/** A surface that asks to be left alone for longer is asked again after this all the same, in milliseconds. */
const LONGEST_PAUSE = 24 * 3_600_000;

/** What a claimed job is run with. */
export interface ClaimedJobRun {
  readonly parts: ExecutorParts;
  readonly queue: JobQueue;
  readonly settings: WorkerSettings;
  /** Ends the attempt, which takes it for its own. */
  readonly controller: AbortController;
  /** Called when the end of the attempt is about to be written: what it had is given back. */
  readonly onCommit: (ended: EndedAttempt) => void;
  /** Called when it is written. */
  readonly onCommitted: () => void;
}

/** Makes one attempt at a claimed job and takes its end to the queue: what the seed calls pulling and reporting. */
export async function runClaimedJob(run: ClaimedJobRun, claimed: ClaimedJob): Promise<EndedAttempt> {
  const { parts, queue, settings, controller } = run;
  const { telemetry } = parts;
  const name = { jobId: claimed.jobId, attempt: claimed.attempt, lane: claimed.lane };
  using trace = AttemptTrace.begin(claimed.job, claimed.attempt, claimed.lane);

  const ended = await executeOnce(parts, claimed.job, {
    number: claimed.attempt,
    failures: claimed.failures,
    timeout: settings.timeout,
    evidence: evidenceLevelOf(claimed.job, settings.collectEvidence),
    permitAsk: () => queue.beforeAsk(claimed),
    controller,
    trace,
  });

  telemetry.tell("job:commit", { ...name, outcome: ended.outcome });
  const committed = trace ? trace.step("settle", () => commit(run, claimed, ended)) : commit(run, claimed, ended);
  run.onCommit(ended);
  const { taken, result } = await committed;
  run.onCommitted();
  if (taken !== "taken") countLostLease(claimed.job);
  telemetry.tell("job:end", {
    ...name,
    outcome: ended.outcome,
    ...(ended.failure ? { code: ended.failure.code } : {}),
    taken: taken === "taken",
  });
  if (taken === "taken" && result) {
    telemetry.tell("job:result", { result });
    await reportResult(parts.reporter, result);
  }
  return ended;
}

interface Committed {
  readonly taken: Taken;
  /** There when the job has ended. */
  readonly result?: JobResult;
}

async function commit(run: ClaimedJobRun, claimed: ClaimedJob, ended: EndedAttempt): Promise<Committed> {
  const { queue, parts, settings } = run;
  const { failure } = ended;
  if (!failure) return settle(queue, claimed, ended, "answered", "healthy");

  const ending = endingOf(ended, failure);
  const laneEvent = laneEventOf(failure);
  switch (ended.outcome) {
    case "parked":
      return { taken: await queue.park(claimed, parkedEndingOf(ended, failure, ending)) };
    case "interrupted":
    case "cancelled":
      // A cancelled job has its end already, and its lease is void: giving it back changes nothing then.
      return { taken: await queue.giveBack(claimed, ending) };
    case "deferred": {
      if (claimed.deferrals >= settings.maxDeferrals) break;
      return { taken: await queue.later(claimed, putOff(run, claimed, ended, failure, ending)) };
    }
    case "failed": {
      if (!failure.isRetryable) break;
      const strategy = RetryStrategy.of(claimed.job.retry);
      const retryAfterMs = Math.min(failure.retryAfterMs ?? 0, LONGEST_PAUSE);
      const delayMs = retryDelay({ ...failure, retryAfterMs }, claimed.failures + 1, strategy, parts.random);
      if (delayMs === undefined) break;
      const learnt = { ...(laneEvent ? { laneEvent } : {}), ...pauseOf(claimed, ended, failure) };
      return { taken: await queue.later(claimed, { ending, delayMs, ...learnt }) };
    }
    case "answered":
      break;
  }
  return settle(queue, claimed, ended, "failed", laneEvent, pauseOf(claimed, ended, failure));
}

/** When a job is asked again that was put off, and what rests meanwhile. */
function putOff(
  { parts: { random } }: ClaimedJobRun,
  { lane, deferrals, job }: ClaimedJob,
  { restsCredential = false }: EndedAttempt,
  failure: Failure,
  ending: AttemptEnding,
): LaterRequest {
  const { code, retryAfterMs } = failure;
  const scope = restingScope(lane, job, failure);
  // What rests, the job rests with: it needs no wait of its own.
  if (scope && retryAfterMs !== undefined) {
    return { ending, delayMs: 0, pause: { scope, forMs: retryAfterMs, reason: ending.message } };
  }
  const asked = Math.min(retryAfterMs ?? 0, LONGEST_PAUSE);
  const backoff = backoffOf(deferrals + 1, RetryStrategy.of(job.retry), random);
  if (code === "RATE_LIMITED" && asked > 0) {
    // One of several credentials rests by itself: the surface has said nothing about the others.
    if (restsCredential) return { ending, delayMs: backoff, laneEvent: "healthy" };
    const pause: Pause = { scope: { kind: "lane", id: lane }, forMs: asked, reason: ending.message };
    return { ending, delayMs: Math.max(backoff, afterRetryAfter(asked, random)), laneEvent: "rate-limited", pause };
  }
  const laneEvent = laneEventOf(failure);
  const delayMs =
    code === "NO_RESOURCE" && retryAfterMs !== undefined ? asked : Math.max(backoff, afterRetryAfter(asked, random));
  return { ending, delayMs, ...(laneEvent ? { laneEvent } : {}) };
}

/** What rests for all workers, since no proxy of a location is well, or no credential of a pool is ready. */
function restingScope(lane: string, { locationId }: Job, { code, pauses }: Failure): PauseScope | undefined {
  if (code === "LOCATION_UNAVAILABLE") return { kind: "location", id: locationId };
  return pauses === "lane" ? { kind: "lane", id: lane } : undefined;
}

async function settle(
  queue: JobQueue,
  claimed: ClaimedJob,
  ended: EndedAttempt,
  state: "answered" | "failed",
  laneEvent: LaneEvent | undefined,
  rest: { readonly pause?: Pause } = {},
): Promise<Committed> {
  const result: JobResult = { ...ended.result, state, generation: claimed.generation };
  return { taken: await queue.settle(claimed, { result, ...(laneEvent ? { laneEvent } : {}), ...rest }), result };
}

/** What rests after a failure in which the surface asked to be left alone: its whole lane, not this job alone. */
function pauseOf({ lane }: ClaimedJob, { outcome }: EndedAttempt, failure: Failure): { readonly pause?: Pause } {
  const { message: reason, isRetryable, retryAfterMs = 0 } = failure;
  if (outcome !== "failed" || !isRetryable || retryAfterMs <= 0) return {};
  return { pause: { scope: { kind: "lane", id: lane }, forMs: Math.min(retryAfterMs, LONGEST_PAUSE), reason } };
}

/** What the person has to know who is to see to it. */
function parkedEndingOf({ result }: EndedAttempt, failure: Failure, ending: AttemptEnding): ParkedEnding {
  const { metadata, evidence } = result;
  const account = failure.account ?? metadata.credentialId;
  return {
    ...ending,
    ...(account === undefined ? {} : { account }),
    ...(failure.account === undefined ? {} : { forPool: true }),
    ...(metadata.proxyUsed === undefined ? {} : { proxyId: metadata.proxyUsed }),
    ...(evidence ? { evidence } : {}),
  };
}

function endingOf(ended: EndedAttempt, failure: Failure): AttemptEnding {
  const bagPath = ended.result.evidence?.bagPath;
  return {
    outcome: ended.outcome,
    code: failure.code,
    message: failure.message,
    ...(bagPath === undefined ? {} : { bagPath }),
  };
}
