import { type Job, jobIdOf } from "@bentham/core";

/** A job of a study, unlike any other with another `repeat` or surface. */
export function jobOf(members: Partial<Job> = {}): Job {
  const { surfaceId = "echo", locationId = "direct", repeat = 1 } = members;
  return {
    jobId: jobIdOf({ runId: "study-1", queryId: "q1", surfaceId, locationId, repeat }),
    studyId: "study",
    queryId: "q1",
    surfaceId,
    locationId,
    query: "Which running shoes last longest?",
    ...members,
  };
}

/** `count` jobs that differ in their repeat. */
export function jobsOf(count: number, members: Partial<Job> = {}): Job[] {
  return Array.from({ length: count }, (_item, index) => jobOf({ ...members, repeat: index + 1 }));
}
