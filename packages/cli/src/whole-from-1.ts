import { InvalidArgumentError } from "commander";

/** Reads the whole number, 1 or more, that an option is given. */
export function wholeFrom1(value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("expected a whole number, 1 or more");
}
