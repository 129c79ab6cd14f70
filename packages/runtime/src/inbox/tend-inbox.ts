import { type Inbox, type InboxItem, isBenthamError, type RunStore, type SharedState } from "@bentham/core";
import type { CheckedCredentialVault, ShownCredential } from "@bentham/credential-vault";
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
type ItemEnding = "solved" | "blocked" | "expired";

/** How long something waits for a person, in milliseconds. */
export function expiresAfter({ inbox }: Configuration): number {
  return inbox?.expiresAfter ?? EXPIRES_AFTER;
}

/**
 * Does what has to be done about what waits without anybody asking: jobs of an account that was reopened, or has another value,
 * are asked again; what nobody has seen to in time ends as blocked; what a process was killed in the middle of is finished.
 */
export async function tendInbox(parts: InboxParts): Promise<void> {
  const { store, credentialVault, configuration } = parts;
  await store.tidyInbox();
  await goOnWithOthers(parts);
  const longest = expiresAfter(configuration);
  for (const item of await store.inboxItems()) {
    if (await isReopened(credentialVault, item)) await solveItem(store, item);
    else if (store.now() - item.since.getTime() >= longest) {
      await blockItem(store, item, "expired", `nobody saw to it within ${days(longest)}`);
    }
  }
}

/** Cells that were only told of a wall go on with any other account of the pool that may be used, now that there is one. */
export async function goOnWithOthers({
  store,
  credentialVault,
}: Pick<InboxParts, "store" | "credentialVault">): Promise<void> {
  for (const item of await store.inboxItems()) {
    if (await hasOther(credentialVault, item)) await store.freePoolJobs(item.id);
  }
}

/**
 * Lets the cells of an item be asked again, after `first`; see `solveInboxItem`. Gives how many there are.
 *
 * @throws what `first` throws; the item waits still then.
 */
export async function solveItem(
  store: Inbox & RunStore,
  item: InboxItem,
  first?: () => Promise<void>,
): Promise<number> {
  return logged(store, item, "solved", await store.solveInboxItem(item.id, first));
}

/** Ends the cells of an item as blocked. Gives how many there are. */
export async function blockItem(
  store: Inbox & RunStore,
  item: InboxItem,
  ending: Exclude<ItemEnding, "solved"> = "blocked",
  why = "a person marked it blocked",
): Promise<number> {
  return logged(store, item, ending, await store.blockInboxItem(item.id, why));
}

/** Keeps in the log of an item's run what it came to, where this was its end. */
async function logged(store: RunStore, item: InboxItem, ending: ItemEnding, cells: number): Promise<number> {
  if (cells > 0) {
    const { id, surfaceId, locationId, account = null, code } = item;
    await store.log(item.runId, "inbox", { item: id, ending, cells, surfaceId, locationId, account, code });
  }
  return cells;
}

/** Whether the account of an item may be used again. One that is in its pool no more has to be seen to. */
async function isReopened(vault: CheckedCredentialVault, item: InboxItem): Promise<boolean> {
  const standings = await standingsOf(vault, item);
  return standings.some((one) => nameOf(one) === item.account && one.standing.kind !== "suspended");
}

/** Whether another account of the pool may be used wherever the item's account may. */
async function hasOther(vault: CheckedCredentialVault, item: InboxItem): Promise<boolean> {
  const standings = await standingsOf(vault, item);
  const hosts = standings.find((one) => nameOf(one) === item.account)?.hosts ?? [];
  return standings.some(
    (one) =>
      nameOf(one) !== item.account &&
      one.standing.kind !== "suspended" &&
      hosts.every((host) => one.hosts.includes(host)),
  );
}

function nameOf({ pool, id }: ShownCredential): string {
  return `${pool}/${id}`;
}

async function standingsOf(
  vault: CheckedCredentialVault,
  { account, credentialPool }: InboxItem,
): Promise<ShownCredential[]> {
  if (account === undefined || credentialPool === undefined) return [];
  try {
    return await vault.standings(credentialPool);
  } catch (error) {
    if (isBenthamError(error)) return []; // There is no such pool any more, or no vault that opens.
    throw error;
  }
}

function days(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  return hours >= 2 ? `${Math.round(hours)} hours` : `${Math.round(ms / 60_000)} minutes`;
}
