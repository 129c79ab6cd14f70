import type { Command } from "commander";
import type { CommandContext, CommonOptions } from "./command-context.ts";
import type { LoginFlags } from "./verbs/login.ts";
import { wholeFrom1 } from "./whole-from-1.ts";

/** Describes the verbs by which a person sees to what no program may do. */
export function describeInbox(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  const inbox = program.command("inbox").description("see to what waits for a person: challenges, logins");

  common(inbox.command("list", { isDefault: true }).description("list what waits, and since when"))
    .option("--json", "print JSON", false)
    .action(async (options: CommonOptions) => {
      const { listInbox } = await import("./verbs/inbox.ts");
      done(await listInbox(context, options));
    });

  common(inbox.command("open").description("show the page of an item, live, to see to it by mouse and keyboard"))
    .argument("<item>", "the item's number", wholeFrom1)
    .option("--allow-private", "let the page be at a loopback or private address")
    .action(async (item: number, options: CommonOptions) => {
      const { openItem } = await import("./verbs/inbox-open.ts");
      done(await openItem(context, item, options));
    });

  common(inbox.command("done").description("say that an item was seen to elsewhere: its cells are asked again"))
    .argument("<item>", "the item's number", wholeFrom1)
    .action(async (item: number, options: CommonOptions) => {
      const { closeItem } = await import("./verbs/inbox.ts");
      done(await closeItem(context, item, "solved", options));
    });

  common(inbox.command("block").description("give an item up: its cells end as blocked, with the evidence"))
    .argument("<item>", "the item's number", wholeFrom1)
    .action(async (item: number, options: CommonOptions) => {
      const { closeItem } = await import("./verbs/inbox.ts");
      done(await closeItem(context, item, "blocked", options));
    });

  common(program.command("login").description("sign in to a surface ahead of a study, in a page shown live"))
    .argument("<surface>", "the surface's id in the study, or its name in the configuration")
    .option("--study <file>", "the study that has the surface (study.yaml, where it is there)")
    .option("--pool <name>", "the pool of the account (the study's)")
    .option("--id <name>", "the account of the pool, where it has several")
    .option("--location <id>", "where to come from", "direct")
    .option("--allow-private", "let the page be at a loopback or private address")
    .action(async (surface: string, options: CommonOptions & LoginFlags) => {
      const { login } = await import("./verbs/login.ts");
      done(await login(context, surface, options));
    });
}

function common(command: Command): Command {
  return command
    .option("--dir <folder>", "the data folder (BENTHAM_DIR, or .bentham in the current folder)")
    .option("--config <file>", "the operator's configuration (bentham.config.yaml in the current folder)");
}
