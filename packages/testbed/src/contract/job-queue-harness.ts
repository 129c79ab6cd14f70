import assert from "node:assert/strict";
import type { AttemptEnding, ClaimedJob, Job, JobQueue, LaneEvent } from "@bentham/core";
import { aJob } from "../a-job.ts";
import type { SimulatedClock } from "../simulated-clock.ts";
import { resultOf } from "./result-of.ts";

/** A queue under test, empty, on a clock that the test moves. */
export interface JobQueueHarness {
  readonly queue: JobQueue;
  readonly clock: SimulatedClock;
  /** The queue that jobs are enqueued in. */
  readonly queueName: string;
  enqueue(jobs: readonly Job[]): Promise<void>;
}

/** Slots of a lane that nobody has set any for. */
export const LANE_SLOTS = 8;
export const LEASE = 60_000;

export const failed: AttemptEnding = { outcome: "failed", code: "UPSTREAM_ERROR", message: "the surface failed" };
export const interrupted: AttemptEnding = {
  outcome: "interrupted",
  code: "INTERRUPTED",
  message: "the worker stopped",
};

export function jobs(count: number, surfaceId = "surface"): Job[] {
  const prefix = surfaceId === "surface" ? "j" : surfaceId;
  return Array.from({ length: count }, (_, index) =>
    aJob({ jobId: `${prefix}${index + 1}`, queryId: `q${index + 1}`, surfaceId }),
  );
}

export function claim({ queue, queueName }: JobQueueHarness, limit: number): Promise<ClaimedJob[]> {
  return queue.claim({ queueName, workerId: "worker", limit, leaseMs: LEASE });
}

export function settle({ queue }: JobQueueHarness, job: ClaimedJob): Promise<"taken" | "lost"> {
  return queue.settle(job, { result: resultOf(job), laneEvent: "healthy" });
}

export function fail({ queue }: JobQueueHarness, job: ClaimedJob, laneEvent: LaneEvent): Promise<"taken" | "lost"> {
  return queue.later(job, { ending: failed, delayMs: 1000, laneEvent });
}

export function idsOf(claimed: readonly ClaimedJob[]): string[] {
  return claimed.map(({ jobId }) => jobId);
}

export function assertAbout(seen: number | undefined, expected: number): void {
  assert(seen !== undefined && Math.abs(seen - expected) < 1, `${expected} ms, but ${seen}`);
}

export function at(jobId: string, locationId: string, surfaceId: string): Job {
  return aJob({ jobId, queryId: jobId, locationId, surfaceId });
}
