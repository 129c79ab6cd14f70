import { type Clock, isBenthamError, laneOf, type RunStore } from "@bentham/core";
import type { CheckedCredentialVault } from "@bentham/credential-vault";
import { type InboxParts, tendInbox } from "./inbox/tend-inbox.ts";

/** How often lanes are looked at that wait for a credential, in milliseconds. */
const LOOK_EVERY = 5_000;

/**
 * Lets lanes go on that were paused until somebody sees to their credentials, where somebody has: a credential of their pool
 * was reopened, or has another value.
 */
async function resumeLanes(store: RunStore, vault: CheckedCredentialVault): Promise<void> {
  for (const { runId, plan } of await store.runs("unfinished")) {
    const lanes = await store.lanes(runId);
    for (const { id, credentialPool } of plan.surfaces) {
      if (credentialPool === undefined) continue;
      const lane = laneOf(id, credentialPool);
      const waits = lanes.find((report) => report.lane === lane)?.waiting?.forMs === Infinity;
      if (waits && (await hasUsable(vault, credentialPool))) await store.resume({ kind: "lane", id: lane });
    }
  }
}

/** Does so before `work`, and now and then for as long as it takes, and tends to what waits for a person as often. */
export async function resumingLanes<Value>(
  parts: InboxParts,
  clock: Clock,
  work: () => Promise<Value>,
): Promise<Value> {
  await resumeAndTend(parts);
  const over = new AbortController();
  const looking = lookNowAndThen(parts, clock, over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    await looking;
  }
}

/** Lets go on what waited for a person, where somebody has seen to it, and ends what nobody has. */
export async function resumeAndTend(parts: InboxParts): Promise<void> {
  await resumeLanes(parts.store, parts.credentialVault);
  await tendInbox(parts);
}

async function lookNowAndThen(parts: InboxParts, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(LOOK_EVERY, signal);
      await resumeAndTend(parts);
    } catch (error) {
      // A store that fails is told of by those who work with it; what was not resumed now is in 5 s.
      if (!signal.aborted && !isBenthamError(error)) throw error;
    }
  }
}

async function hasUsable(vault: CheckedCredentialVault, pool: string): Promise<boolean> {
  try {
    return (await vault.standings(pool)).some(({ standing }) => standing.kind !== "suspended");
  } catch (error) {
    if (isBenthamError(error)) return false; // There is no such pool any more, or no vault that opens.
    throw error;
  }
}
