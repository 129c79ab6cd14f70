import { BenthamError, didYouMean, type QualityGates } from "@bentham/core";
import { readPattern } from "./answer-pattern.ts";

/** The languages that can be told (ISO 639-1). */
export const LANGUAGES: readonly string[] = (
  "am ar az be bg bn ca cs da de el en es et eu fa fi fr gu he hi hr hu hy is it ja ka kn ko ku lo lt lv ml mr ms nl no " +
  "or pa pl pt ro ru sk sl sq sr sv ta te th tl tr uk ur vi yo zh"
).split(" ");

/** @throws BenthamError CONFIG_INVALID naming the gate that no answer can be judged by. */
export function checkGates(gates: QualityGates): void {
  const { minLength = 0, maxLength = Infinity, language, mustMatch = [], mustNotMatch = [], retry = 0 } = gates;
  if (!(minLength >= 0)) throw invalid(`minLength must be 0 or more, and is ${minLength}`);
  if (!(maxLength >= minLength)) throw invalid(`maxLength (${maxLength}) must not be below minLength (${minLength})`);
  if (!Number.isSafeInteger(retry) || retry < 0)
    throw invalid(`retry must be a whole number, 0 or more, and is ${retry}`);
  for (const code of language ?? []) {
    const issue = languageIssue(code);
    if (issue !== undefined) throw invalid(`language: ${issue}`);
  }
  for (const pattern of [...mustMatch, ...mustNotMatch]) readPattern(pattern);
}

/** What is wrong with the code of a language; nothing when it can be told. */
export function languageIssue(code: string): string | undefined {
  if (LANGUAGES.includes(code)) return undefined;
  const hint = didYouMean(code, LANGUAGES) ?? `there are ${LANGUAGES.join(", ")}`;
  return `this language cannot be told; ${hint}`;
}

/** What is wrong with a pattern; nothing when it can be looked for. */
export function patternIssue(written: string): string | undefined {
  try {
    readPattern(written);
    return undefined;
  } catch (error) {
    if (error instanceof BenthamError) return error.message;
    throw error;
  }
}

function invalid(message: string): BenthamError {
  return new BenthamError("CONFIG_INVALID", `gates: ${message}`);
}
