import { relative, resolve } from "node:path";
import { BenthamError, isBenthamError } from "@bentham/core";
import { type Configuration, readConfiguration, vaultFileOf } from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { printable } from "../printable.ts";
import { readSecret } from "../read-secret.ts";

/** Options of what `bentham vault` can do. */
export type VaultOptions = Pick<CommonOptions, "dir" | "config" | "json">;

/**
 * Keeps a pool's credential in the vault, and makes the vault where there is none.
 *
 * @throws BenthamError USAGE when the pool's name, the value or a host cannot be meant, CREDENTIAL_MISSING when the vault
 *   cannot be used.
 */
export async function setCredential(
  context: CommandContext,
  pool: string,
  options: VaultOptions & { readonly host: readonly string[] },
): Promise<number> {
  const { terminal, currentFolder } = context;
  const { vault, configuration } = await openVault(context, options);
  const variable = variableOf(configuration, pool);
  if (variable !== undefined) {
    throw new BenthamError(
      "USAGE",
      `the configuration has pool "${pool}" as the environment variable ${variable}, so that what the vault holds would ` +
        "never be used: take it out of vault.environment first",
    );
  }
  const value = await readSecret(context.input, () =>
    terminal.tell(`type or paste the credential of pool "${printable(pool)}", which is not shown, and press Enter`),
  );
  const hosts = options.host;
  const result = await asUsage(vault.set(pool, { value, hosts }));
  terminal.out(`${result} ${pool} in ${relative(currentFolder, vault.file)}, for ${[...new Set(hosts)].join(", ")}`);
  return 0;
}

/** Prints the pools of the vault and their hosts, a line each. */
export async function listCredentials(context: CommandContext, options: VaultOptions): Promise<number> {
  const { terminal, currentFolder } = context;
  const { vault, configuration } = await openVault(context, options);
  const entries = await vault.entries();
  for (const [pool, { hosts }] of entries) {
    terminal.out(options.json ? JSON.stringify({ pool, hosts }) : `${pool}  ${hosts.map(printable).join(", ")}`);
    const variable = variableOf(configuration, pool);
    if (variable === undefined) continue;
    terminal.tell(`${pool} is not used: the configuration has it as the environment variable ${variable}`);
  }
  if (entries.size === 0) {
    terminal.tell(
      `${relative(currentFolder, vault.file)} holds no credential; \`bentham vault set POOL --host HOST\` adds one`,
    );
  }
  return 0;
}

/**
 * Forgets a pool's credential.
 *
 * @throws BenthamError USAGE when the vault has no such pool.
 */
export async function removeCredential(context: CommandContext, pool: string, options: VaultOptions): Promise<number> {
  const { vault } = await openVault(context, options);
  const file = relative(context.currentFolder, vault.file);
  if (!(await vault.remove(pool))) {
    throw new BenthamError(
      "USAGE",
      `${file} has no pool "${printable(pool)}"; \`bentham vault list\` shows those it has`,
    );
  }
  context.terminal.out(`removed ${pool} from ${file}`);
  return 0;
}

async function openVault(
  context: CommandContext,
  options: VaultOptions,
): Promise<{ vault: ReturnType<typeof vaultFileOf>; configuration: Configuration }> {
  const { currentFolder, environment } = context;
  const file = options.config === undefined ? undefined : resolve(currentFolder, options.config);
  const configuration = await readConfiguration([currentFolder], environment, file);
  return { vault: vaultFileOf(dataFolder(context, options), configuration), configuration };
}

/** The environment variable that the configuration takes a pool's credential from. */
function variableOf({ vault }: Configuration, pool: string): string | undefined {
  const pools = vault?.environment ?? {};
  return Object.hasOwn(pools, pool) ? pools[pool]?.variable : undefined;
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
