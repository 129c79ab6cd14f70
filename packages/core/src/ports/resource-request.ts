import type { Job } from "../job.ts";
import type { AdapterNeeds } from "./surface-adapter.ts";

/** What a job wants leased. */
export interface ResourceRequest {
  readonly job: Job;
  /** What the job's adapter says it needs. @default nothing */
  readonly needs?: AdapterNeeds;
  /**
   * For how many milliseconds it is needed at most: what is one job's alone is taken back after that from who has not given it
   * back. @default until it is given back
   */
  readonly neededFor?: number;
  /** Ends the wait for a free one; its reason is thrown. */
  readonly signal?: AbortSignal;
}
