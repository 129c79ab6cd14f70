import type { SessionRequest } from "@bentham/core";

/**
 * How long what a session gathers lasts.
 *
 * - `ephemeral`: for one job. Nothing of it reaches the next.
 * - `sticky`: for an account. What its browser had when a job answered is saved by the vault, encrypted, and the account's next
 *   job starts with it.
 * - `profile`: for an account, in a profile folder of Chromium's own, for sites that need more than a storage state holds. It
 *   holds secrets as Chromium stores them, which is in the clear.
 */
export type SessionMode = "ephemeral" | "sticky" | "profile";

/** Every mode. */
export const SESSION_MODES: readonly SessionMode[] = ["ephemeral", "sticky", "profile"];

/**
 * The mode of a job's session: the operator's for its surface, else sticky where its credential is an account's whose lender
 * saves something. Without that, there is nothing to be sticky by.
 */
export function modeOf({ job, credential }: SessionRequest, modes: Readonly<Record<string, SessionMode>>): SessionMode {
  const wanted = Object.hasOwn(modes, job.surfaceId) ? modes[job.surfaceId] : "sticky";
  if (wanted === "sticky") return credential && "saveState" in credential ? "sticky" : "ephemeral";
  return wanted ?? "ephemeral";
}
