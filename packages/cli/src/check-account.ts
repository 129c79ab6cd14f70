import { BenthamError, type InboxItem, isBenthamError } from "@bentham/core";
import { accountOf, type InboxParts, type ShownCredential } from "@bentham/runtime";
import { printable } from "./printable.ts";

/**
 * Makes sure that the account of an item can be had before anything is begun for it: its pool may have been taken out of the
 * configuration since its cells were parked.
 *
 * @param verb What is to be done with it. An account alone that is gone keeps nobody from saying that it is done: its cells go on
 *   with the others of the pool.
 * @throws BenthamError CREDENTIAL_MISSING, saying what is missing and what to do.
 */
export async function checkAccount(
  credentialVault: InboxParts["credentialVault"],
  item: InboxItem,
  verb: "open" | "done",
): Promise<void> {
  const account = accountOf(item);
  if (!account) return;
  const { id } = item;
  const same = `\`bentham inbox ${verb} ${id}\``;
  const orGiveUp = `or give its cells up with \`bentham inbox block ${id}\``;
  const who = printable(`${account.pool}/${account.id}`);
  let known: ShownCredential[];
  try {
    known = await credentialVault.standings(account.pool);
  } catch (error) {
    if (!isBenthamError(error) || error.code !== "CREDENTIAL_MISSING") throw error;
    const remedy = `put the pool back, or name the configuration or the data folder that has it (--config, --dir), then ${same} again`;
    throw new BenthamError(
      "CREDENTIAL_MISSING",
      `${id} waits for the account ${who}, which cannot be had: ${error.message}. What to do: ${remedy}; ${orGiveUp}`,
      { cause: error },
    );
  }
  if (verb === "done" || known.some((one) => one.id === account.id)) return;
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `${id} waits for the account ${who}, which its pool has no more: put it back, then ${same} again; or let its cells go on with ` +
      `the pool's other accounts with \`bentham inbox done ${id}\`; ${orGiveUp}`,
  );
}
