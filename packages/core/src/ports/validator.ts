import type { AnswerFlag } from "../job-result.ts";
import type { Job } from "../job.ts";
import type { Answer } from "./surface-adapter.ts";

/** What was found about an answer. */
export interface Verdict {
  /** Whether the answer passes every gate. */
  readonly accepted: boolean;
  /** The gates it does not pass, in words; empty when accepted. */
  readonly failures: readonly string[];
  /** What a reader should know of the answer, the adapter's flags among them. */
  readonly flags: readonly AnswerFlag[];
}

/** Judges answers against the gates of their job. Pure: the same answer gives the same verdict. */
export interface Validator {
  validate(job: Job, answer: Answer): Verdict;
}
