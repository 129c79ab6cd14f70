import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { BenthamError, isBenthamError } from "@bentham/core";
import {
  type Configuration,
  CREDENTIAL_TYPES,
  DEFAULT_ID,
  materialFromText,
  openStore,
  readConfiguration,
  resumeAndTend,
  vaultFileOf,
  vaultOf,
} from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { printable } from "../printable.ts";
import { MOST_OF_KEY, MOST_OF_STORAGE, readSecret } from "../read-secret.ts";

/** Options of what `bentham vault` can do. */
export type VaultOptions = Pick<CommonOptions, "dir" | "config" | "json">;

/** Options of `bentham vault set`. */
export interface SetOptions extends VaultOptions {
  readonly id: string;
  readonly type: string;
  readonly host: readonly string[];
}

/**
 * Keeps a credential of a pool in the vault, and makes the vault where there is none. Lanes that waited for it go on.
 *
 * @throws BenthamError USAGE when a name, the type, the value or a host cannot be meant, CREDENTIAL_MISSING when the vault
 *   cannot be used.
 */
export async function setCredential(context: CommandContext, pool: string, options: SetOptions): Promise<number> {
  const { terminal, currentFolder } = context;
  const { id, host: hosts } = options;
  const type = CREDENTIAL_TYPES.find((known) => known === options.type);
  if (type === undefined) {
    // Not quoted: it may be a credential in the wrong place.
    throw new BenthamError("USAGE", `--type is one of ${CREDENTIAL_TYPES.join(", ")}`);
  }
  const { vault, configuration } = await openVault(context, options);
  const variable = variableOf(configuration, pool);
  if (variable !== undefined) {
    throw new BenthamError(
      "USAGE",
      `the configuration has pool "${pool}" as the environment variable ${variable}, so that what the vault holds would ` +
        "never be used: take it out of vault.environment first",
    );
  }
  const most = type === "storage-state" ? MOST_OF_STORAGE : MOST_OF_KEY;
  const typed = await readSecret(
    context.input,
    () =>
      terminal.tell(`type or paste the credential of pool "${printable(pool)}", which is not shown, and press Enter`),
    most,
  );
  const material = materialFromText(type, typed.reveal());
  if (typeof material === "string") {
    throw new BenthamError("USAGE", `the credential for pool "${printable(pool)}" ${material}`);
  }
  const result = await asUsage(vault.set(pool, { id, material, hosts }));
  const name = id === DEFAULT_ID ? pool : `${pool} ${id}`;
  terminal.out(`${result} ${name} in ${relative(currentFolder, vault.file)}, for ${[...new Set(hosts)].join(", ")}`);
  await letLanesGoOn(context, options, configuration);
  return 0;
}

/**
 * Forgets a pool's credential, or all of them.
 *
 * @throws BenthamError USAGE when the vault has none of that name.
 */
export async function removeCredential(
  context: CommandContext,
  pool: string,
  options: VaultOptions & { readonly id?: string },
): Promise<number> {
  const { vault } = await openVault(context, options);
  const file = relative(context.currentFolder, vault.file);
  const name =
    options.id === undefined
      ? `pool "${printable(pool)}"`
      : `credential "${printable(options.id)}" in pool "${printable(pool)}"`;
  if (!(await vault.remove(pool, options.id))) {
    throw new BenthamError("USAGE", `${file} has no ${name}; \`bentham vault list\` shows those it has`);
  }
  context.terminal.out(`removed ${options.id === undefined ? pool : `${pool} ${options.id}`} from ${file}`);
  return 0;
}

/** @throws BenthamError USAGE when the configuration has the credentials in OpenBao. */
async function openVault(
  context: CommandContext,
  options: VaultOptions,
): Promise<{ vault: ReturnType<typeof vaultFileOf>; configuration: Configuration }> {
  const configuration = await configurationOf(context, options);
  const { address } = configuration.vault?.openBao ?? {};
  if (address !== undefined) {
    throw new BenthamError(
      "USAGE",
      `the configuration has the credentials in the vault at ${address}: change them there`,
    );
  }
  return { vault: vaultFileOf(dataFolder(context, options), configuration), configuration };
}

/** The operator's configuration that a command of the vault goes by. */
export async function configurationOf(context: CommandContext, options: VaultOptions): Promise<Configuration> {
  const { currentFolder, environment } = context;
  const file = options.config === undefined ? undefined : resolve(currentFolder, options.config);
  return readConfiguration([currentFolder], environment, file);
}

/** Lets lanes go on that waited for somebody to see to their credentials; where there is no store, none did. */
async function letLanesGoOn(
  context: CommandContext,
  options: VaultOptions,
  configuration: Configuration,
): Promise<void> {
  const folder = dataFolder(context, options);
  if (!existsSync(join(folder, "bentham.db"))) return;
  await using store = await openStore(folder);
  const credentialVault = vaultOf({ folder, configuration, environment: context.environment }, store);
  await resumeAndTend({ store, credentialVault, configuration });
}

/** The environment variables that the configuration takes a pool's credentials from. */
export function variableOf({ vault }: Configuration, pool: string): string | undefined {
  const pools = vault?.environment ?? {};
  const described = Object.hasOwn(pools, pool) ? pools[pool] : undefined;
  return (
    described &&
    [described]
      .flat()
      .map(({ variable }) => variable)
      .join(", ")
  );
}

/** What was typed on the command line is no part of the configuration, so neither is what is wrong with it. */
async function asUsage<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (!isBenthamError(error) || error.code !== "CONFIG_INVALID") throw error;
    throw new BenthamError("USAGE", error.message, { cause: error });
  }
}
