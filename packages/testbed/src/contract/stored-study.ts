import {
  type ClaimedJob,
  type JobQueue,
  type JobResult,
  type PlannedCell,
  type Run,
  type RunPlan,
  type RunSettings,
  type RunStore,
  type SharedState,
  jobIdOf,
} from "@bentham/core";
import { resultOf } from "./result-of.ts";

/** The queue that runs are enqueued in. */
export const QUEUE = "queue";

/** How long the leases of {@link claim} hold, in milliseconds. */
export const LEASE = 60_000;

/** A ledger without a cell. */
export const empty = { answered: 0, failed: 0, blocked: 0, cancelled: 0, skipped: 0, parked: 0, pending: 0 };

/** Two questions, asked twice. */
export const plan: RunPlan = {
  study: "study",
  queries: [
    { id: "q1", text: "Why?" },
    { id: "q2", text: "How?" },
  ],
  surfaces: [{ id: "llm", settings: { model: "small" }, evidence: "full" }],
  locations: ["direct"],
  repeats: 2,
  gates: { minLength: 3 },
  human: {},
};

/** No limit at all. */
export const settings: RunSettings = { limits: {}, retry: {}, onUncertain: "repeat" };

/** Opens the run of the study. */
export function open(
  store: RunStore,
  request: {
    planHash?: string;
    settings?: RunSettings;
    startNew?: boolean;
    study?: string;
    surfaces?: RunPlan["surfaces"];
  } = {},
): ReturnType<RunStore["openRun"]> {
  const { planHash = "hash", startNew = false, study = "study", surfaces = plan.surfaces } = request;
  return store.openRun({
    plan: { ...plan, study, surfaces },
    planHash,
    settings: request.settings ?? settings,
    queueName: QUEUE,
    startNew,
  });
}

/** What a run has spent, and whether its budget is. */
export async function standing(store: RunStore, { runId }: Run): Promise<unknown[]> {
  const run = await store.findRun(runId);
  return [run?.spentUsd, run?.budgetReached];
}

/** Opens the run of a study, and enqueues its cells. */
export async function enqueued(
  store: RunStore,
  own: RunSettings = settings,
  study = "study",
  surfaces: RunPlan["surfaces"] = plan.surfaces,
): Promise<Run> {
  const { run } = await open(store, { settings: own, study, surfaces });
  await store.enqueue(run.runId, cellsOf(run));
  await store.markEnqueued(run.runId);
  return run;
}

/** Every cell of a run. */
export function cellsOf({ runId, plan: { queries } }: Run): PlannedCell[] {
  return [1, 2].flatMap((repeat) =>
    queries.map(({ id }) => {
      const key = { queryId: id, surfaceId: "llm", locationId: "direct", repeat };
      return { jobId: jobIdOf({ runId, ...key }), ...key };
    }),
  );
}

/** Claims jobs for a worker. */
export function claim(store: JobQueue, limit: number): Promise<ClaimedJob[]> {
  return store.claim({ queueName: QUEUE, workerId: "worker", limit, leaseMs: LEASE });
}

/** The results of the first run. */
export async function results(store: RunStore, superseded = false): Promise<JobResult[]> {
  return Array.fromAsync(store.results("study-1", { superseded }));
}

/** A result of an attempt that failed. */
export function failure(job: ClaimedJob, code: string): JobResult {
  const { response: _response, ...rest } = resultOf(job);
  const error = { code, message: code, isRetryable: true, retryCount: 0 };
  return { ...rest, success: false, error, state: "failed", outcome: "failed" };
}

/** The code that a question fails with. */
export function codeFor({ job }: ClaimedJob): string {
  return job.queryId === "q1" ? "TIMEOUT" : "UPSTREAM_ERROR";
}

/** Counts one more. */
export async function increment(store: SharedState): Promise<void> {
  await store.update("count", (current) => (typeof current === "number" ? current + 1 : 1));
}
