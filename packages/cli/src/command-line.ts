import { readFileSync } from "node:fs";
import { isBenthamError } from "@bentham/core";
import { Command, CommanderError } from "commander";
import type { CommandContext, CommonOptions } from "./command-context.ts";
import { describeInbox } from "./describe-inbox.ts";
import { describeKeeping } from "./describe-keeping.ts";
import { describeVault } from "./describe-vault.ts";
import { wholeFrom1 } from "./whole-from-1.ts";

/** Runs one command line and gives its exit code. Whatever goes wrong is told in words; nothing is thrown. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let exitCode = 0;
  const program = describeProgram(context, (code) => void (exitCode = code));
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (thrown) {
    const error = firstOf(thrown);
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    if (!(error instanceof CommanderError)) context.terminal.tell(messageOf(error, context.environment));
    const { exitCodeOfError } = await import("./exit-code-of-error.ts");
    return exitCodeOfError(error);
  }
}

/** What came first, where what was open could not be closed after it either. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}

/** Every verb. Their code is loaded when they run: `--help` stays quick. */
function describeProgram(context: CommandContext, done: (exitCode: number) => void): Command {
  const { terminal } = context;
  const program = new Command("bentham")
    .description("Asks AI surfaces the same questions from stated places, and keeps proof of what they answered.")
    .version(versionOf(new URL("../package.json", import.meta.url)), "--version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
    });

  program
    .command("init")
    .description("write a study to start from")
    .argument("[folder]", "where to", ".")
    .action(async (folder: string) => {
      const { init } = await import("./verbs/init.ts");
      done(await init(context, folder));
    });

  common(program.command("plan").description("show what a study would ask, and send nothing"))
    .argument("[study]", "the study's file", "study.yaml")
    .action(async (study: string, options: CommonOptions) => {
      const { plan } = await import("./verbs/plan.ts");
      done(await plan(context, study, options));
    });

  common(program.command("run").description("run a study, or go on with its unfinished run"))
    .argument("[study]", "the study's file", "study.yaml")
    .option("--log <file>", "write events as JSON lines to a file, or to stderr (BENTHAM_LOG)")
    .option("--new", "start the next run of the study, whatever became of the last one", false)
    .action(async (study: string, options: CommonOptions & { new: boolean }) => {
      const { run } = await import("./verbs/run.ts");
      done(await run(context, study, options));
    });

  common(program.command("worker").description("work on every run of the data folder, beside others, until stopped"))
    .option("--log <file>", "write events as JSON lines to a file, or to stderr (BENTHAM_LOG)")
    .option("--concurrency <jobs>", "jobs in hand at once", wholeFrom1, 8)
    .action(async (options: CommonOptions & { concurrency: number }) => {
      const { worker } = await import("./verbs/worker.ts");
      done(await worker(context, options));
    });

  common(program.command("retry").description("ask cells of the latest run again, the failed ones unless said"))
    .argument("[study]", "the study's file", "study.yaml")
    .option("--log <file>", "write events as JSON lines to a file, or to stderr (BENTHAM_LOG)")
    .option("--code <codes>", "only cells that ended with one of these codes, separated by commas", list)
    .option("--state <states>", "cells of these states instead: failed, cancelled, skipped, blocked, parked", list)
    .option("--surface <ids>", "only cells of these surfaces", list)
    .option("--location <ids>", "only cells of these locations", list)
    .option("--query <ids>", "only cells of these queries", list)
    .action(async (study: string, options: CommonOptions & RetryFlags) => {
      const { retry } = await import("./verbs/retry.ts");
      done(await retry(context, study, options));
    });

  for (const [name, description] of [
    ["status", "tell where a run stands"],
    ["results", "list the results of a run"],
    ["pause", "pause a run; `run` goes on with it"],
    ["cancel", "end every cell of a run that has not ended"],
  ] as const) {
    common(program.command(name).description(description))
      .argument("[run]", "a run's id, a study's name, or a study's file", "study.yaml")
      .action(async (run: string, options: CommonOptions) => {
        const { inspect } = await import("./verbs/inspect.ts");
        done(await inspect(context, name, run, options));
      });
  }

  common(
    program.command("export").description("write the results of a run as JSON lines, or its evidence as a web archive"),
  )
    .argument("[run]", "a run's id, a study's name, or a study's file", "study.yaml")
    .option("--out <file>", "where to; without it, to standard output")
    .option("--wacz <file>", "write a web archive instead, which ReplayWeb.page opens: what the evidence recorded")
    .option("--all", "superseded results too", false)
    .action(async (run: string, options: CommonOptions & { out?: string; wacz?: string; all: boolean }) => {
      const { inspect } = await import("./verbs/inspect.ts");
      done(await inspect(context, "export", run, options));
    });

  program
    .command("verify")
    .description("check that evidence is whole, and name each file that is not")
    .argument("[path]", "a bag, or a folder of bags such as .bentham/evidence")
    .option("--store [run]", "check what lies in the store of bentham.config.yaml instead, of all runs or of one")
    .option("--json", "print JSON", false)
    .option("--dir <folder>", "the data folder, whose own key signs what is in it")
    .option("--config <file>", "the operator's configuration, for the store and for time stamps that wait")
    .option("--allow-private", "let the store and the time-stamp authority be at a loopback or private address")
    .option("--key <file>", "the key that it must be signed with, in PEM")
    .option("--authorities <file>", "the certificates that time stamps must lead to, in PEM; none may be missing then")
    .option("--proof <file>", "check that the bag is the cell's of this proof, and the cell under the root of --root")
    .option("--root <folder>", "the bag of the root that the proof is of")
    .action(async (path: string | undefined, options: VerifyOptions) => {
      const { verify } = await import("./verbs/verify.ts");
      done(await verify(context, path, options));
    });

  program
    .command("prove")
    .description("print the proof that one cell is under the root of its run")
    .argument("<path>", "the cell's bag, or with --job its run's folder in the evidence")
    .option("--job <id>", "the job of the cell")
    .action(async (path: string, options: { job?: string }) => {
      const { prove } = await import("./verbs/prove.ts");
      done(await prove(context, path, options));
    });

  describeKeeping(program, context, done);
  describeInbox(program, context, done);
  describeVault(program, context, done);
  return program;
}

/** What `verify` looks at, and how. */
export interface VerifyOptions extends CommonOptions {
  readonly json: boolean;
  readonly key?: string;
  /** The store's bags: all of them, or those of a run. @default a path's */
  readonly store?: true | string;
  /** A file with the certificates that time stamps must lead to; then roots that wait for theirs are a problem. */
  readonly authorities?: string;
  /** A file with the proof of a cell's inclusion; then the path is the cell's bag, and `root` the root's. */
  readonly proof?: string;
  readonly root?: string;
}

/** What `retry` chooses by. */
export interface RetryFlags {
  readonly code?: string[];
  readonly state?: string[];
  readonly surface?: string[];
  readonly location?: string[];
  readonly query?: string[];
}

function common(command: Command): Command {
  return command
    .option("--dir <folder>", "the data folder (BENTHAM_DIR, or .bentham in the current folder)")
    .option("--config <file>", "the operator's configuration (bentham.config.yaml beside the study)")
    .option("--allow-private", "let jobs go to loopback and private addresses")
    .option("--json", "print JSON", false);
}

function versionOf(manifest: URL): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, "utf8"));
  return version;
}

function list(value: string): string[] {
  return value.split(",").map((part) => part.trim());
}

function messageOf(error: unknown, environment: NodeJS.ProcessEnv): string {
  if (isBenthamError(error) && error.code !== "INTERNAL") return `error: ${error.message}`;
  const detail = error instanceof Error ? (environment["DEBUG"] ? error.stack : error.message) : String(error);
  return `internal error: ${detail}`;
}
