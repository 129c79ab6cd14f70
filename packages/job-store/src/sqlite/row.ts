import { BenthamError } from "@bentham/core";

/** A row as `node:sqlite` gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** @throws BenthamError STORE_CORRUPT when the column holds no text. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : unexpected(column, "text");
}

/** @throws BenthamError STORE_CORRUPT when the column holds no number. */
export function number(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : unexpected(column, "a number");
}

/** The number of a column that may hold none. */
export function optionalNumber(row: Row, column: string): number | undefined {
  return row[column] === null || row[column] === undefined ? undefined : number(row, column);
}

/** The text of a column that may hold none. */
export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null || row[column] === undefined ? undefined : text(row, column);
}

function unexpected(column: string, kind: string): never {
  throw new BenthamError("STORE_CORRUPT", `the store's column ${column} should hold ${kind}, and does not`);
}
