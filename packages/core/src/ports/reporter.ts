import type { JobResult } from "../job-result.ts";

/** Hears of every job that has ended. */
export interface Reporter {
  report(result: JobResult): void | Promise<void>;
}
