import { BenthamError } from "@bentham/core";
import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import type { SetOptions, VaultOptions } from "./verbs/vault.ts";

const NO_ARGUMENT =
  "one pool, an id, a type and hosts are all that is taken: a credential is read from standard input, never from the command line, " +
  "where every user of the machine can see it";

/** Describes `bentham vault` and what it can do. No option and no argument takes a value: others can read those. */
export function describeVault(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  const vault = program.command("vault").description("keep credentials in an encrypted file");

  common(vault.command("set").description("keep a pool's credential, read from standard input"))
    .argument("<pool>", "the pool's name, as studies write it")
    // Refused by us: the parser would print them, and somebody may have tried to hand over a credential that way.
    .allowExcessArguments()
    .allowUnknownOption()
    .option("--id <name>", "which of the pool's credentials, where it has several", "default")
    .option("--type <type>", "api-key, bearer, user-password, cookies, storage-state or custom", "api-key")
    .requiredOption(
      "--host <host[:port]>",
      "a host that the credential may be sent to; repeat it for more",
      (host: string, hosts: readonly string[] | undefined): string[] => [...(hosts ?? []), host],
    )
    .action(async (pool: string, options: SetOptions, { args }: Command) => {
      if (args.length > 1) throw new BenthamError("USAGE", NO_ARGUMENT);
      const { setCredential } = await import("./verbs/vault.ts");
      done(await setCredential(context, pool, options));
    });

  common(vault.command("list").description("list credentials, their hosts and how they stand, never a value"))
    .option("--json", "print JSON", false)
    .action(async (options: VaultOptions) => {
      const { listCredentials } = await import("./verbs/vault-standings.ts");
      done(await listCredentials(context, options));
    });

  common(vault.command("reopen").description("let suspended credentials of a pool be used again"))
    .argument("<pool>", "the pool's name")
    .argument("[id]", "the one credential to reopen")
    .action(async (pool: string, id: string | undefined, options: VaultOptions) => {
      const { reopenCredentials } = await import("./verbs/vault-standings.ts");
      done(await reopenCredentials(context, pool, id, options));
    });

  common(vault.command("remove").description("forget a pool's credentials"))
    .argument("<pool>", "the pool's name")
    .option("--id <name>", "forget this one of them alone")
    .action(async (pool: string, options: VaultOptions & { id?: string }) => {
      const { removeCredential } = await import("./verbs/vault.ts");
      done(await removeCredential(context, pool, options));
    });
}

function common(command: Command): Command {
  return command
    .option("--dir <folder>", "the data folder (BENTHAM_DIR, or .bentham in the current folder)")
    .option("--config <file>", "the operator's configuration (bentham.config.yaml in the current folder)");
}
