import type { InputTarget } from "@bentham/core";

/** What an element is called in a message: a Playwright locator tells its selector; of another target nothing is known. */
export function nameOf(target: InputTarget): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- whether it has more to tell than an object is looked at
  const told = String(target);
  return told.startsWith("[object") ? "an element of the page" : told;
}
