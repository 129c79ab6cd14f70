import { BenthamError } from "@bentham/core";
import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import type { VaultOptions } from "./verbs/vault.ts";

const NO_ARGUMENT =
  "one pool and its hosts are all that is taken: a credential is read from standard input, never from the command line, " +
  "where every user of the machine can see it";

/** Describes `bentham vault` and what it can do. No option and no argument takes a value: others can read those. */
export function describeVault(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  const vault = program.command("vault").description("keep credentials in an encrypted file");

  common(vault.command("set").description("keep a pool's credential, read from standard input"))
    .argument("<pool>", "the pool's name, as studies write it")
    // Refused by us: the parser would print them, and somebody may have tried to hand over a credential that way.
    .allowExcessArguments()
    .allowUnknownOption()
    .requiredOption(
      "--host <host[:port]>",
      "a host that the credential may be sent to; repeat it for more",
      (host: string, hosts: readonly string[] | undefined): string[] => [...(hosts ?? []), host],
    )
    .action(async (pool: string, options: VaultOptions & { host: string[] }, { args }: Command) => {
      if (args.length > 1) throw new BenthamError("USAGE", NO_ARGUMENT);
      const { setCredential } = await import("./verbs/vault.ts");
      done(await setCredential(context, pool, options));
    });

  common(vault.command("list").description("list pools and their hosts, never a value"))
    .option("--json", "print JSON", false)
    .action(async (options: VaultOptions) => {
      const { listCredentials } = await import("./verbs/vault.ts");
      done(await listCredentials(context, options));
    });

  common(vault.command("remove").description("forget a pool's credential"))
    .argument("<pool>", "the pool's name")
    .action(async (pool: string, options: VaultOptions) => {
      const { removeCredential } = await import("./verbs/vault.ts");
      done(await removeCredential(context, pool, options));
    });
}

function common(command: Command): Command {
  return command
    .option("--dir <folder>", "the data folder (BENTHAM_DIR, or .bentham in the current folder)")
    .option("--config <file>", "the operator's configuration (bentham.config.yaml in the current folder)");
}
