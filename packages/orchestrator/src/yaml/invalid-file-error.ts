import { BenthamError, type ErrorCode } from "@bentham/core";
import { printable } from "./printable.ts";

/** Issues that one message tells. */
const MOST_TOLD = 50;

/** Issues after which one kind of them is not looked for any further: a long file can have a million. */
export const ENOUGH_ISSUES: number = MOST_TOLD + 1;

/** One thing wrong with a file that a user wrote. */
export interface FileIssue {
  /** The file's name, without its folder. */
  readonly file: string;
  /** From 1; absent when the issue is about the file as a whole. */
  readonly line?: number;
  /** From 1, in UTF-16 code units. */
  readonly column?: number;
  /** Where in the document: `surfaces[0].model`. */
  readonly path?: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

/**
 * A file that a user wrote is not as it should be. The message has a line for every issue, in the order of the file, up to
 * fifty of them.
 */
export class InvalidFileError extends BenthamError {
  override readonly name: string = "InvalidFileError";
  readonly issues: readonly FileIssue[];

  constructor(code: ErrorCode, issues: readonly FileIssue[], options?: ErrorOptions) {
    const sorted = issues.toSorted(byPlace);
    const more = sorted.length > MOST_TOLD ? ["and more"] : [];
    super(code, [...sorted.slice(0, MOST_TOLD).map(lineOf), ...more].join("\n"), options);
    this.issues = sorted;
  }
}

/** Issues of several files stay together by file, in the order in which the files came up. */
function byPlace(one: FileIssue, other: FileIssue): number {
  if (one.file !== other.file) return 0;
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}

function lineOf({ file, line, column, path, message, hint }: FileIssue): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const words = hint === undefined ? message : `${message}; ${hint}`;
  return printable(`${place} ${path === undefined || path === "" ? "" : `${path}: `}${words}`);
}
