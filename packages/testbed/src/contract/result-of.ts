import type { ClaimedJob, JobResult } from "@bentham/core";

/** A result of an attempt that answered. */
export function resultOf({ job, generation }: ClaimedJob): JobResult {
  const { jobId, studyId, surfaceId, locationId, queryId } = job;
  return {
    jobId,
    studyId,
    surfaceId,
    locationId,
    queryId,
    success: true,
    response: { text: `the answer to ${job.query}`, responseTimeMs: 1 },
    metadata: { executedAt: new Date(0), executionTimeMs: 1 },
    outcome: "answered",
    state: "answered",
    generation,
  };
}
