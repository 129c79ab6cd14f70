import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { BenthamError, isBenthamError } from "@bentham/core";
import {
  type Configuration,
  openBaoOf,
  openStore,
  resumeAndTend,
  type ShownCredential,
  vaultFileOf,
  vaultOf,
} from "@bentham/runtime";
import { type CommandContext, dataFolder } from "../command-context.ts";
import { printable } from "../printable.ts";
import { duration } from "../progress/frame.ts";
import { configurationOf, variableOf, type VaultOptions } from "./vault.ts";

/** Prints every credential of the vault and of the pools that the configuration describes, a line each. */
export async function listCredentials(context: CommandContext, options: VaultOptions): Promise<number> {
  const { terminal, environment } = context;
  const folder = dataFolder(context, options);
  const configuration = await configurationOf(context, options);
  await using store = existsSync(join(folder, "bentham.db")) ? await openStore(folder) : undefined;
  const vault = vaultOf({ folder, configuration, environment }, store);
  const { pools, place } = await poolsOf(context, folder, configuration);
  const described = Object.keys(configuration.vault?.environment ?? {});
  for (const pool of [...new Set([...pools, ...described])].toSorted()) {
    const variable = variableOf(configuration, pool);
    if (variable !== undefined && pools.includes(pool)) {
      terminal.tell(
        `${pool} of ${place} is not used: the configuration has it as the environment variable ${variable}`,
      );
    }
    const shown = await shownOf(
      () => vault.standings(pool),
      (problem) => terminal.tell(problem),
    );
    for (const one of shown) terminal.out(options.json ? JSON.stringify(one) : lineOf(one));
  }
  if (pools.length === 0)
    terminal.tell(`${place} holds no credential; \`bentham vault set POOL --host HOST\` adds one`);
  return 0;
}

/**
 * Lets the suspended credentials of a pool be used again, or one of them, and lets the lanes that waited for it go on.
 *
 * @throws BenthamError USAGE when the pool has no credential of that id, CREDENTIAL_MISSING when there is no such pool.
 */
export async function reopenCredentials(
  context: CommandContext,
  pool: string,
  id: string | undefined,
  options: VaultOptions,
): Promise<number> {
  const { terminal, environment } = context;
  const folder = dataFolder(context, options);
  const configuration = await configurationOf(context, options);
  await using store = existsSync(join(folder, "bentham.db")) ? await openStore(folder) : undefined;
  const vault = vaultOf({ folder, configuration, environment }, store);
  const ids = (await vault.standings(pool)).map((one) => one.id);
  if (id !== undefined && !ids.includes(id)) {
    throw new BenthamError(
      "USAGE",
      `pool "${printable(pool)}" has no credential "${printable(id)}"; it has ${ids.join(", ")}`,
    );
  }
  const reopened = await vault.reopen(pool, id);
  if (store) await resumeAndTend({ store, credentialVault: vault, configuration });
  if (options.json) terminal.out(JSON.stringify({ pool, reopened }));
  else if (reopened.length === 0) terminal.out(`nothing of ${pool} is suspended`);
  else terminal.out(`reopened ${pool}: ${reopened.join(", ")}; \`bentham run\` goes on with what waited for it`);
  return 0;
}

/** The names of the pools in the vault, and where that is. */
async function poolsOf(
  { currentFolder, environment }: CommandContext,
  folder: string,
  configuration: Configuration,
): Promise<{ readonly pools: readonly string[]; readonly place: string }> {
  const openBao = openBaoOf(configuration, environment);
  if (openBao) return { pools: await openBao.names(), place: configuration.vault?.openBao?.address ?? "" };
  const vault = vaultFileOf(folder, configuration);
  return { pools: [...(await vault.pools()).keys()], place: relative(currentFolder, vault.file) };
}

async function shownOf(
  standings: () => Promise<ShownCredential[]>,
  onProblem: (problem: string) => void,
): Promise<readonly ShownCredential[]> {
  try {
    return await standings();
  } catch (error) {
    if (!isBenthamError(error)) throw error;
    onProblem(error.message); // A variable that is not set, say: the others are listed all the same.
    return [];
  }
}

function lineOf({ pool, id, type, hosts, standing, stateSavedAt }: ShownCredential): string {
  const saved = stateSavedAt === undefined ? [] : [`session saved ${new Date(stateSavedAt).toISOString()}`];
  return [pool, id, type, hosts.map(printable).join(", "), standingText(standing), ...saved].join("  ");
}

function standingText(standing: ShownCredential["standing"]): string {
  switch (standing.kind) {
    case "ready":
      return "ready";
    case "in-use":
      return "in use";
    case "rests":
      return `rests for ${duration(standing.forMs)}`;
    case "suspended":
      return `suspended since ${new Date(standing.at).toISOString()} (${standing.code})`;
  }
}
