import { stripVTControlCharacters } from "node:util";

/** What Playwright adds to a message: pages of what it tried, in colours. */
const CALL_LOG = /\n+(?:Call log|=+ logs =+)[^]*$/;

/** The message of whatever was thrown. Total: also of what is no error, and of what cannot be read. */
export function messageOf(error: unknown): string {
  try {
    return stripVTControlCharacters(textOf(error)).replace(CALL_LOG, "");
  } catch {
    return "something was thrown that cannot be read";
  }
}

function textOf(error: unknown): string {
  return String(typeof error === "object" && error !== null && "message" in error ? error.message : error);
}
