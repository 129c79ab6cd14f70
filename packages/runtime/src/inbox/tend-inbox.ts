import { type Inbox, type InboxItem, isBenthamError, type RunStore, type SharedState } from "@bentham/core";
import type { CheckedCredentialVault } from "@bentham/credential-vault";
import type { Configuration } from "../configuration.ts";

/** How long something waits for a person unless the operator says otherwise, in milliseconds: a week. */
const EXPIRES_AFTER = 7 * 24 * 3_600_000;

/** What tending an inbox works with. */
export interface InboxParts {
  readonly store: Inbox & RunStore & SharedState;
  readonly credentialVault: CheckedCredentialVault;
  readonly configuration: Configuration;
}

/** How an item came to its end. */
export type ItemEnding = "solved" | "blocked" | "expired";

/** How long something waits for a person, in milliseconds. */
export function expiresAfter({ inbox }: Configuration): number {
  return inbox?.expiresAfter ?? EXPIRES_AFTER;
}

/**
 * Does what has to be done about what waits without anybody asking: jobs of an account that was reopened, or has another value,
 * are asked again; what nobody has seen to in time ends as blocked; what a process was killed in the middle of is finished.
 */
export async function tendInbox({ store, credentialVault, configuration }: InboxParts): Promise<void> {
  await store.tidyInbox();
  const longest = expiresAfter(configuration);
  for (const item of await store.inboxItems()) {
    if (await isReopened(credentialVault, item)) await endItem(store, item, "solved");
    else if (store.now() - item.since.getTime() >= longest) {
      await endItem(store, item, "expired", `nobody saw to it within ${days(longest)}`);
    }
  }
}

/** Ends an item, and keeps in the log of its run what it came to. Gives how many cells it was about. */
export async function endItem(
  store: Inbox & RunStore,
  item: InboxItem,
  ending: ItemEnding,
  why = "a person marked it blocked",
): Promise<number> {
  const cells = ending === "solved" ? await store.solveInboxItem(item.id) : await store.blockInboxItem(item.id, why);
  if (cells > 0) {
    const { id, surfaceId, locationId, account = null, code } = item;
    await store.log(item.runId, "inbox", { item: id, ending, cells, surfaceId, locationId, account, code });
  }
  return cells;
}

/** Whether the account of an item may be used again. One that is in its pool no more has to be seen to. */
async function isReopened(vault: CheckedCredentialVault, { account, credentialPool }: InboxItem): Promise<boolean> {
  if (account === undefined || credentialPool === undefined) return false;
  try {
    const standings = await vault.standings(credentialPool);
    return standings.some(({ pool, id, standing }) => `${pool}/${id}` === account && standing.kind !== "suspended");
  } catch (error) {
    if (isBenthamError(error)) return false; // There is no such pool any more, or no vault that opens.
    throw error;
  }
}

function days(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours >= 2 ? `${Math.round(hours)} hours` : `${Math.round(ms / 60_000)} minutes`;
}
