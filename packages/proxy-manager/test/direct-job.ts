import type { Job } from "@bentham/core";

/** A job of the location `direct`. */
export const directJob: Job = {
  jobId: "00000000-0000-5000-8000-000000000000",
  studyId: "study",
  queryId: "q1",
  surfaceId: "my-llm",
  locationId: "direct",
  query: "Which?",
};
