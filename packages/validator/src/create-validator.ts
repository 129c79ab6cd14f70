import type { Answer, AnswerFlag, Evidence, QualityGates, Validator } from "@bentham/core";
import { type AnswerPattern, readPattern } from "./answer-pattern.ts";
import { checkGates } from "./check-gates.ts";
import { isErrorPage } from "./is-error-page.ts";
import { isRefusal } from "./is-refusal.ts";
import { judgeLanguage } from "./judge-language.ts";

/** Longest text that patterns are matched to, in UTF-16 code units: what matching takes grows with the text. */
const LONGEST_MATCHED = 100_000;

/**
 * Judges answers by rules alone: no model, no network, and the same answer always gets the same verdict.
 *
 * A refusal is an answer. It is flagged `refused`, by its adapter or by its words, and passes the gates that only an
 * answer to the question could: `minLength`, `language` and `mustMatch`. So does what the surface `filtered`.
 */
export function createValidator(): Validator {
  return {
    validate({ gates = {} }, answer, evidence) {
      const flags = new Set<AnswerFlag>(answer.flags);
      if (isRefusal(answer.text)) flags.add("refused");
      const isWithheld = flags.has("refused") || flags.has("filtered");
      const failures = [...failuresOfAny(gates, answer, evidence)];
      if (!isWithheld) failures.unshift(...failuresOfWhole(gates, answer, flags));
      return { accepted: failures.length === 0, failures, flags: [...flags] };
    },
    check({ gates = {} }) {
      checkGates(gates);
    },
  };
}

/** What is wrong with an answer that withholds nothing. Says in `flags` what cannot be told. */
function failuresOfWhole(gates: QualityGates, { text }: Answer, flags: Set<AnswerFlag>): string[] {
  const { minLength = 1, language, mustMatch = [] } = gates;
  const length = lengthOf(text);
  const failures: string[] = [];
  if (length < minLength) {
    const found = length === 0 ? "the answer is empty" : `the answer has ${length} characters`;
    failures.push(`${found}, and minLength is ${minLength}`);
  }
  if (language) {
    const found = judgeLanguage(text, language);
    if (found === "undecided") flags.add("language-undecided");
    else if (found !== "fitting")
      failures.push(`the answer is in ${found.other}, and language is ${language.join(", ")}`);
  }
  failures.push(...patternFailures("mustMatch", mustMatch, text, (isFound) => !isFound));
  return failures;
}

/** What is wrong with an answer, whether it is a whole one or withheld. */
function failuresOfAny(gates: QualityGates, { text }: Answer, evidence: Evidence | undefined): string[] {
  const { maxLength = Infinity, errorPage = "fail", mustNotMatch = [] } = gates;
  const length = lengthOf(text);
  const failures: string[] = [];
  if (length > maxLength) failures.push(`the answer has ${length} characters, and maxLength is ${maxLength}`);
  if (errorPage === "fail" && isErrorPage(text)) failures.push("the answer is the text of an error page");
  failures.push(...patternFailures("mustNotMatch", mustNotMatch, text, (isFound) => isFound));
  const state = evidence?.state ?? "missing";
  if (gates.evidence !== undefined && state !== "complete" && state !== gates.evidence) {
    failures.push(`the evidence is ${state}, and evidence is to be ${gates.evidence}`);
  }
  return failures;
}

function patternFailures(
  gate: "mustMatch" | "mustNotMatch",
  written: readonly string[],
  text: string,
  isWrong: (isFound: boolean) => boolean,
): string[] {
  if (written.length === 0) return [];
  if (text.length > LONGEST_MATCHED)
    return [`the answer is longer than the ${LONGEST_MATCHED} that ${gate} can look at`];
  const normalized = text.normalize();
  return written
    .filter((pattern) => isWrong(compiled(pattern).isIn(normalized)))
    .map((pattern) => `${pattern} ${gate === "mustMatch" ? "is not" : "is"} in the answer, against ${gate}`);
}

/** Expressions take milliseconds to compile, and every job of a study has the same. */
const patterns = new Map<string, AnswerPattern>();

const MOST_PATTERNS_KEPT = 200;

function compiled(written: string): AnswerPattern {
  const known = patterns.get(written);
  if (known) return known;
  const made = readPattern(written);
  if (patterns.size >= MOST_PATTERNS_KEPT) patterns.clear();
  patterns.set(written, made);
  return made;
}

/** Code points, not code units: an emoji is one character or a few, not twice as many. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text.trim()) length++;
  return length;
}
