import { BenthamError, type CredentialType, isErrorCode } from "@bentham/core";
import { type CredentialName, type PoolState, stateOf } from "./pool-state.ts";

/** Where a credential stands. */
export type Standing =
  | { readonly kind: "ready" }
  /** One job has it, and only one may. */
  | { readonly kind: "in-use" }
  /** It is ready again by itself. */
  | { readonly kind: "rests"; readonly forMs: number }
  /** A person has to see to it. */
  | { readonly kind: "suspended"; readonly code: string; readonly at: number };

/** Types of which one job at a time has a credential: they are accounts, and a person has one window open. */
const EXCLUSIVE: ReadonlySet<CredentialType> = new Set(["user-password", "cookies", "storage-state"]);

/** Whether one job at a time may have a credential of a type. */
export function isExclusive(type: CredentialType): boolean {
  return EXCLUSIVE.has(type);
}

/**
 * Where a credential stands at `now`. Pure.
 *
 * @param gone Leases whose processes are gone.
 */
export function standingOf(pool: PoolState, name: CredentialName, now: number, gone: ReadonlySet<string>): Standing {
  const { suspended, restsUntil = 0 } = stateOf(pool, name);
  if (suspended) return { kind: "suspended", ...suspended };
  if (restsUntil > now) return { kind: "rests", forMs: restsUntil - now };
  return isHeld(pool, name.id, now, gone) ? { kind: "in-use" } : { kind: "ready" };
}

/** Whether somebody has a credential that only one may have, whatever else is known of it. Pure. */
export function isHeld({ held }: PoolState, id: string, now: number, gone: ReadonlySet<string>): boolean {
  const holding = held[id];
  return holding !== undefined && holding.until > now && !gone.has(holding.token);
}

/** What a key is suspended by that is no good any more: another one has to be given, which nobody can do by looking at a page. */
const REFUSALS: ReadonlySet<string> = new Set(["AUTH_FAILED", "FORBIDDEN"]);

/**
 * The error for a pool of which no credential is ready, nor will be when whoever has it is done. An account that was shut out
 * parks its jobs with it; keys that are refused pause the lane.
 */
export function noneReady(
  pool: string,
  standings: readonly (CredentialName & { readonly standing: Standing })[],
): BenthamError {
  const waits = standings.flatMap(({ standing }) => (standing.kind === "rests" ? standing.forMs : []));
  if (waits.length > 0) {
    const retryAfterMs = Math.ceil(Math.min(...waits));
    return new BenthamError(
      "NO_RESOURCE",
      `every credential of pool "${pool}" rests; the first of them is ready again in ${Math.ceil(retryAfterMs / 1000)} s`,
      { retryAfterMs, pauses: "lane" },
    );
  }
  const suspended = standings.flatMap(({ id, standing }) => (standing.kind === "suspended" ? { id, ...standing } : []));
  const shutOut = suspended.find(({ code }) => !REFUSALS.has(code));
  if (shutOut) {
    return new BenthamError(
      isErrorCode(shutOut.code) ? shutOut.code : "LOGIN_REQUIRED",
      `the account ${pool}/${shutOut.id} waits for a person (${shutOut.code}), and the pool has no other that is ready: ` +
        "`bentham inbox` tells what to do",
      { account: `${pool}/${shutOut.id}` },
    );
  }
  const refused = suspended.map(({ id, code }) => `${id} (${code})`);
  return new BenthamError(
    "NO_RESOURCE",
    `credential pool "${pool}" is suspended, and waits for a person: ${refused.join(", ")}; give it another value, or ` +
      `see to the account and run \`bentham vault reopen ${pool}\``,
    { retryAfterMs: Infinity, pauses: "lane" },
  );
}
