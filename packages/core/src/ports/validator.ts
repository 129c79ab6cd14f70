import type { AnswerFlag } from "../job-result.ts";
import type { Job } from "../job.ts";
import type { Evidence } from "./evidence-collector.ts";
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
  /** @param evidence What was kept of the answer; nothing where none is. */
  validate(job: Job, answer: Answer, evidence?: Evidence): Verdict;
  /**
   * Looks at the gates themselves, before anything is asked and paid for.
   *
   * @throws BenthamError CONFIG_INVALID naming the gate that no answer can be judged by.
   */
  check?(job: Job): void;
}
