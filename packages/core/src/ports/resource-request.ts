import type { Job } from "../job.ts";

/** What a job wants leased. */
export interface ResourceRequest {
  readonly job: Job;
  /** Ends the wait for a free one; its reason is thrown. */
  readonly signal?: AbortSignal;
}
