import type { Job } from "../job.ts";
import type { AdapterNeeds } from "./surface-adapter.ts";

/** What a job wants leased. */
export interface ResourceRequest {
  readonly job: Job;
  /** What the job's adapter says it needs. @default nothing */
  readonly needs?: AdapterNeeds;
  /** Ends the wait for a free one; its reason is thrown. */
  readonly signal?: AbortSignal;
}
