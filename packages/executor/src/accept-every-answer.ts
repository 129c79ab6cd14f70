import type { Validator } from "@bentham/core";

/** The validator of an executor that was given none. */
export const acceptEveryAnswer: Validator = {
  validate: (_job, answer) => ({ accepted: true, failures: [], flags: answer.flags ?? [] }),
};
