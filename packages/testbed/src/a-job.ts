import { randomUUID } from "node:crypto";
import { DIRECT, type Job } from "@bentham/core";

/** A job, with what a test says of it. */
export function aJob(parts: Partial<Job> = {}): Job {
  return {
    jobId: randomUUID(),
    studyId: "study",
    queryId: "q1",
    surfaceId: "surface",
    locationId: DIRECT,
    query: "Why is the sky blue?",
    ...parts,
  };
}
