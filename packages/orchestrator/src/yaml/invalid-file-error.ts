import { BenthamError, type ErrorCode } from "@bentham/core";

/** One thing wrong with a file that a user wrote. */
export interface FileIssue {
  readonly file: string;
  /** From 1; absent when the issue is about the file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** Where in the document: `surfaces[0].model`. */
  readonly path?: string;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** A file that a user wrote is not as it should be; the message has a line for every issue. */
export class InvalidFileError extends BenthamError {
  readonly issues: readonly FileIssue[];

  constructor(code: ErrorCode, issues: readonly FileIssue[], options?: ErrorOptions) {
    super(code, issues.map(lineOf).join("\n"), options);
    this.issues = issues;
  }
}

function lineOf({ file, line, column, path, message }: FileIssue): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return `${place} ${path === undefined || path === "" ? "" : `${path}: `}${message}`;
}
