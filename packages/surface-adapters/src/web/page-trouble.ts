import { BenthamError } from "@bentham/core";
import { ACCOUNT_LOCKED, CHALLENGE, ERROR, RATE_LIMIT, SHORTEST_SAFE_ANSWER, waitOf } from "./common-signs.ts";
import type { Observation } from "./observe-page.ts";

/** Most characters of a page's words in a message. */
const MOST_WORDS = 200;

/**
 * The wall that stands in front of the page, if one does: a locked account, a challenge, or a login.
 *
 * @param wasSignedIn Whether the session began as one that somebody had signed in.
 */
export function wallOf(page: Observation, wasSignedIn: boolean): BenthamError | undefined {
  const { title, url, challenge, composer, login, locked, alerts } = page;
  if (locked !== null || (composer === null && ACCOUNT_LOCKED.test(`${title}\n${alerts}`))) {
    return new BenthamError("ACCOUNT_BLOCKED", "the page says that the account is locked: this waits for a person");
  }
  // A page on which one can ask is no wall, whatever scripts are on it.
  if (composer === null && (challenge !== null || CHALLENGE.title.test(title) || CHALLENGE.url.test(url))) {
    return new BenthamError("CHALLENGE", "the page wants to know whether a person asks: this waits for one");
  }
  if (composer === null && login !== null) {
    if (wasSignedIn) {
      return new BenthamError(
        "SESSION_EXPIRED",
        "the page wants somebody to sign in, and somebody had: that has run out",
      );
    }
    return new BenthamError("LOGIN_REQUIRED", "the page wants somebody to sign in");
  }
  return undefined;
}

/** What the page says went wrong, in an alert or in a short answer, if it says so. */
export function complaintOf({ alerts, text }: Observation): BenthamError | undefined {
  const words = [alerts, text.length < SHORTEST_SAFE_ANSWER && alerts !== "" ? text : ""].join("\n");
  const said = words.trim().replaceAll(/\s+/g, " ").slice(0, MOST_WORDS);
  const options = text.trim() === "" ? {} : { partialText: text };
  if (RATE_LIMIT.test(words)) {
    const retryAfterMs = waitOf(words);
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new BenthamError("RATE_LIMITED", `the page says: ${said}`, { ...options, ...wait });
  }
  if (ERROR.test(words)) return new BenthamError("UPSTREAM_ERROR", `the page says: ${said}`, options);
  return undefined;
}
