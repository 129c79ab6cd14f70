import type { Answer, AnswerFlag, Validator } from "@bentham/core";
import { isRefusal } from "./is-refusal.ts";

/**
 * Judges answers by rules alone: no model, no network.
 *
 * - `minLength`: the fewest characters, as Unicode code points, without white space at either end.
 *
 * A refusal is an answer. It is flagged `refused`, by its adapter or by its words, and passes `minLength`, which is there
 * to catch answers that did not come through whole. So does what the surface `filtered`.
 */
export function createValidator(): Validator {
  return {
    validate(job, answer) {
      const flags = flagsOf(answer);
      const isWithheld = flags.includes("refused") || flags.includes("filtered");
      const minLength = job.gates?.minLength ?? 1;
      const length = lengthOf(answer.text);
      const failures = length >= minLength || isWithheld ? [] : [tooShort(length, minLength)];
      return { accepted: failures.length === 0, failures, flags };
    },
  };
}

function flagsOf({ flags = [], text }: Answer): AnswerFlag[] {
  return Array.from(new Set(isRefusal(text) ? [...flags, "refused" as const] : flags));
}

function tooShort(length: number, minLength: number): string {
  const found = length === 0 ? "the answer is empty" : `the answer has ${length} characters`;
  return `${found}, and minLength is ${minLength}`;
}

/** Code points, not code units: an emoji is one character or a few, not twice as many. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text.trim()) length++;
  return length;
}
