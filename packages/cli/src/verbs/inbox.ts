import { existsSync } from "node:fs";
import { join } from "node:path";
import { BenthamError, type Inbox, type InboxItem, type RunStore } from "@bentham/core";
import {
  accountOf,
  blockItem,
  expiresAfter,
  goOnWithOthers,
  type InboxParts,
  openStore,
  solveItem,
  tendInbox,
  vaultOf,
} from "@bentham/runtime";
import { checkAccount } from "../check-account.ts";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { excerpt, printable } from "../printable.ts";
import { duration } from "../progress/frame.ts";
import { configurationOf } from "./vault.ts";

/** What somebody is told who gives up too late. */
const OVER = "nothing waits for it any more: somebody else has seen to it";

/** Prints what waits for a person, longest first, a line or two each. */
export async function listInbox(context: CommandContext, options: CommonOptions): Promise<number> {
  const { terminal } = context;
  await using parts = await openInbox(context, options);
  const { store, configuration } = parts;
  const [items, uncertain] = [await store.inboxItems(), await parkedElsewhere(store)];
  const longest = expiresAfter(configuration);
  for (const item of items) {
    const expires = new Date(item.since.getTime() + longest);
    if (options.json) terminal.out(JSON.stringify({ ...item, expires }));
    else for (const line of linesOf(item, expires, store.now())) terminal.out(line);
  }
  if (items.length === 0 && !options.json) terminal.tell("nothing waits for a person");
  if (uncertain > 0) {
    terminal.tell(
      `${uncertain} cells were asked and their answers never stored: \`bentham retry --state parked\` asks them again, ` +
        "`bentham cancel` gives them up",
    );
  }
  return 0;
}

/**
 * Says what became of an item without opening it: it was seen to elsewhere, or nothing is to be done about it.
 *
 * @throws BenthamError USAGE when there is no such item, CREDENTIAL_MISSING when its cells could not be asked again.
 */
export async function closeItem(
  context: CommandContext,
  id: number,
  ending: "solved" | "blocked",
  options: CommonOptions,
): Promise<number> {
  await using parts = await openInbox(context, options);
  const item = await findItem(parts.store, id);
  if (ending === "solved") await checkAccount(parts.credentialVault, item, "done");
  const text = ending === "solved" ? await askAgain(parts, item) : await giveUp(parts, item);
  context.terminal.out(`${id}  ${text}`);
  return 0;
}

/**
 * Lets the cells of an item be asked again, and its account be used. Tells what came of it.
 *
 * @param save What is kept of what the person has brought about: not called where the item is over. @default nothing is
 */
export async function askAgain(parts: ItemParts, item: InboxItem, save?: () => Promise<void>): Promise<string> {
  const { store, credentialVault } = parts;
  const account = accountOf(item);
  const cells = await solveItem(store, item, async () => {
    await save?.();
    // The account first: a job that comes before it is parked again.
    if (account) await credentialVault.reopen(account.pool, account.id);
  });
  await goOnWithOthers(parts);
  if (cells > 0) return `${counted(cells)} asked again; \`bentham run\` goes on with them`;
  return (await whatBecameOf(store, item)) ?? "somebody else is just saving what they have brought about: look again";
}

/** Ends the cells of an item as blocked, but for those that another account of its pool can ask. Tells what came of it. */
export async function giveUp(parts: ItemParts, item: InboxItem): Promise<string> {
  await goOnWithOthers(parts);
  const cells = await blockItem(parts.store, item);
  return cells === 0 ? OVER : `${counted(cells)} blocked`;
}

/** What an item came to while somebody had it open, in words; nothing while it waits. */
export async function whatBecameOf(store: Inbox, { id }: InboxItem): Promise<string | undefined> {
  const came = await store.inboxEnding(id);
  if (!came) return undefined;
  const what = {
    solved: "somebody has seen to it meanwhile, and its cells are asked again",
    blocked: `it was given up meanwhile, and its cells have ended as blocked: ${came.why ?? "blocked"}`,
    left: "no cell waits for it any more",
  }[came.ending];
  return `nothing was saved: ${what}`;
}

/**
 * An item by its number.
 *
 * @throws BenthamError USAGE when nothing of that number waits.
 */
export async function findItem(store: Inbox, id: number): Promise<InboxItem> {
  const items = await store.inboxItems();
  const item = items.find((one) => one.id === id);
  if (item) return item;
  const known = items.map((one) => one.id).join(", ");
  throw new BenthamError(
    "USAGE",
    `nothing waits as ${id}: ${known === "" ? "nothing waits at all" : `there are ${known}`}`,
  );
}

/** Reads something of the inbox of a data folder. */
export async function readInbox<Value>(
  context: CommandContext,
  options: CommonOptions,
  read: (parts: InboxParts) => Promise<Value>,
): Promise<Value> {
  await using parts = await openInbox(context, options);
  return await read(parts);
}

/** The inbox of a data folder, in which nothing stands any more that is over. */
async function openInbox(context: CommandContext, options: CommonOptions): Promise<OpenInbox> {
  const folder = dataFolder(context, options);
  if (!existsSync(join(folder, "bentham.db"))) {
    throw new BenthamError("RUN_UNKNOWN", `nothing has been run in ${folder}: name the data folder with --dir`);
  }
  const configuration = await configurationOf(context, options);
  const store = await openStore(folder);
  const credentialVault = vaultOf({ folder, configuration, environment: context.environment }, store);
  await tendInbox({ store, credentialVault, configuration });
  return { store, credentialVault, configuration, [Symbol.asyncDispose]: () => store.close() };
}

/** What an item is ended with. */
type ItemParts = Pick<InboxParts, "store" | "credentialVault">;

type OpenInbox = InboxParts & AsyncDisposable;

/** Cells that wait for a person for another reason: nobody knows whether they were answered. */
async function parkedElsewhere(store: Inbox & RunStore): Promise<number> {
  let parked = 0;
  for (const { runId } of await store.runs("unfinished")) parked += (await store.ledger(runId)).parked;
  return (await store.inboxItems()).reduce((left, { cells }) => left - cells, parked);
}

function linesOf(item: InboxItem, expires: Date, now: number): string[] {
  const { id, surfaceId, locationId, account, code, since, cells, bagPath, message } = item;
  const who = account === undefined ? "no account" : printable(account);
  const where = [surfaceId, locationId].map(printable).join("  ");
  const waits = `${counted(cells)} waiting for ${duration(now - since.getTime())}, until ${expires.toISOString()}`;
  return [
    `${id}  ${where}  ${who}  ${code}  ${waits}`,
    `   ${excerpt(message, 100)}`,
    ...(bagPath === undefined ? [] : [`   evidence ${bagPath}`]),
    `   \`bentham inbox open ${id}\` to see to it, \`bentham inbox block ${id}\` to give it up`,
  ];
}

function counted(cells: number): string {
  return cells === 1 ? "1 cell is" : `${cells} cells are`;
}
