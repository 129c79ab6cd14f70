import { BenthamError } from "@bentham/core";
import { RE2JS, RE2JSException } from "re2js";

/** Longest pattern, in characters. */
const LONGEST_PATTERN = 500;

/** Most instructions of a compiled expression. What matching takes at most grows with their number times the text. */
const MOST_INSTRUCTIONS = 250;

const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** Something that is looked for in answers. */
export interface AnswerPattern {
  /** Whether it is in `text`, which is in Unicode's normal form C. */
  isIn(text: string): boolean;
}

/**
 * Reads a pattern as gates have it: a text, which stands for itself, or an expression between slashes, with the flags i,
 * m or s. Expressions are RE2's, matched in time linear in the text: there is no look-around and no back-reference, and
 * no expression can hang the process.
 *
 * @throws BenthamError CONFIG_INVALID when it is neither.
 */
export function readPattern(written: string): AnswerPattern {
  if (written === "") throw invalid("a pattern must not be empty");
  if (written.length > LONGEST_PATTERN) throw invalid(`a pattern has at most ${LONGEST_PATTERN} characters`);
  const normalized = written.normalize();
  if (!normalized.startsWith("/")) return { isIn: (text) => text.includes(normalized) };
  const expression = compile(normalized);
  return { isIn: (text) => expression.test(text) };
}

function compile(written: string): RE2JS {
  const end = written.lastIndexOf("/");
  const source = written.slice(1, end);
  if (end === 0 || source === "") throw invalid("an expression stands between slashes, as /text/i");
  let flags = 0;
  for (const flag of written.slice(end + 1)) {
    const bit = FLAGS[flag];
    if (bit === undefined) throw invalid(`"${flag}" is no flag of an expression: there are i, m and s`);
    flags |= bit;
  }
  const expression = compileSource(source, flags);
  if (expression.programSize() > MOST_INSTRUCTIONS) throw invalid("the expression is too large: repeat less in it");
  return expression;
}

function compileSource(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source), flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, "");
    throw invalid(`the expression cannot be used (look-around and back-references cannot be): ${reason}`, error);
  }
}

function invalid(message: string, cause?: unknown): BenthamError {
  return new BenthamError("CONFIG_INVALID", message, { cause });
}
