import type { Command } from "commander";
import type { CommandContext, CommonOptions } from "./command-context.ts";
import { wholeFrom1 } from "./whole-from-1.ts";
import type { HoldFlags } from "./verbs/hold.ts";
import type { PruneFlags } from "./verbs/prune.ts";

/** Describes the verbs that keep evidence, read it again, move it, and delete it. */
export function describeKeeping(program: Command, context: CommandContext, done: (exitCode: number) => void): void {
  keeping(program.command("hold").description("keep the evidence of a run from being deleted, whoever asks for that"))
    .argument("[run]", "a run's id, a study's name, or a study's file", "study.yaml")
    .option("--release", "let it go again", false)
    .option("--reason <text>", "why; it is written down, and signed")
    .action(async (run: string, options: CommonOptions & HoldFlags) => {
      const { hold } = await import("./verbs/hold.ts");
      done(await hold(context, run, options));
    });

  keeping(program.command("prune").description("delete evidence, and leave a signed tombstone in its place"))
    .argument(
      "[run]",
      "a run's id, a study's name, or a study's file; without it, every run that is neither held nor open",
    )
    .option("--older-than <days>", "only what was sealed so many days ago, or longer", wholeFrom1)
    .option("--superseded", "only what no current result names: failed attempts, earlier generations", false)
    .option("--reason <text>", "why; it is written down, and signed")
    .option("--dry-run", "only show what would go", false)
    .option("--yes", "delete it; without this, it is only shown", false)
    .action(async (run: string | undefined, options: CommonOptions & PruneFlags) => {
      const { prune } = await import("./verbs/prune.ts");
      done(await prune(context, run, options));
    });

  keeping(program.command("reparse").description("read recorded answers with today's adapters, and tell what changed"))
    .argument("[run]", "a run's id, a study's name, or a study's file", "study.yaml")
    .option("--config <file>", "the operator's configuration (bentham.config.yaml beside the study)")
    .action(async (run: string, options: CommonOptions) => {
      const { reparse } = await import("./verbs/reparse.ts");
      done(await reparse(context, run, options));
    });

  keeping(program.command("bundle").description("write a run with its evidence as one file, for another machine"))
    .argument("[run]", "a run's id, a study's name, or a study's file", "study.yaml")
    .requiredOption("--out <file>", "the file to write: a tar file, which sha256sum and openssl check")
    .action(async (run: string, options: CommonOptions & { out: string }) => {
      const { bundle } = await import("./verbs/bundle.ts");
      done(await bundle(context, run, options));
    });

  keeping(program.command("unbundle").description("take in a run that was bundled on another machine"))
    .argument("<file>", "the bundle")
    .option("--key <file>", "the public key that it must be signed with, in PEM")
    .action(async (file: string, options: CommonOptions & { key?: string }) => {
      const { unbundle } = await import("./verbs/bundle.ts");
      done(await unbundle(context, file, options));
    });
}

function keeping(command: Command): Command {
  return command
    .option("--dir <folder>", "the data folder (BENTHAM_DIR, or .bentham in the current folder)")
    .option("--json", "print JSON", false);
}
