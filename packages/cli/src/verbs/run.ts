import { BenthamError, type Run } from "@bentham/core";
import { conditionsOf, differenceOf, exitCodeOf, ledgerLine, type PlannedStudy, startRun } from "@bentham/orchestrator";
import type { Runtime } from "@bentham/runtime";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { copiesLine, withCopies } from "../copies.ts";
import { stopOnSignal } from "../stop-on-signal.ts";
import { tellStamps } from "../tell-stamps.ts";
import { endLine, workOn } from "../work-on.ts";
import { reasonLines } from "./status.ts";
import { openStudyRuntime, readStudy } from "./study-context.ts";

/** The queue that runs from the command line use. */
export const QUEUE = "bentham-jobs";

/** Runs a study, or goes on with its unfinished run. */
export async function run(
  context: CommandContext,
  file: string,
  options: CommonOptions & { readonly new: boolean },
): Promise<number> {
  const { terminal } = context;
  const study = await readStudy(context, file, options);
  await using runtime = await openStudyRuntime(context, study, options);
  const opened = await startRun(runtime.store, study.planned, { queueName: QUEUE, startNew: options.new });
  switch (opened.kind) {
    case "changed":
      throw changed(opened.run, study.planned);
    case "finished":
      return await tellFinished(context, runtime, opened.run, options);
    case "continued":
      terminal.tell(`${opened.run.runId} goes on: ${ledgerLine(await runtime.store.ledger(opened.run.runId))}`);
      break;
    case "created":
      terminal.tell(`${opened.run.runId} starts: ${study.planned.count} cells`);
      break;
  }
  return await workOn(context, runtime, opened.run, study, options);
}

/** The error for a study that is not what its latest run asks; it shows the difference. */
export function changed(latest: Run, planned: PlannedStudy): BenthamError {
  const lines = differenceOf(latest.plan, planned.plan).map((line) => `  ${line}`);
  return new BenthamError(
    "PLAN_CHANGED",
    [
      `the study is not what its latest run ${latest.runId} asks:`,
      ...lines,
      "nothing was sent. Undo the change to go on with that run, or start the next one with --new",
    ].join("\n"),
  );
}

/** A run that has ended is never repeated unasked. */
async function tellFinished(
  { terminal, signals }: CommandContext,
  { store, sealRun, stampRoots, copyEvidence, executor }: Runtime,
  latest: Run,
  options: CommonOptions,
): Promise<number> {
  await sealRun(latest); // It may have been killed before it was sealed, or been worked off by workers alone.
  using stop = stopOnSignal(signals, terminal, executor);
  tellStamps(terminal, await stampRoots(stop.signal));
  const copies = await copyEvidence(stop.signal);
  const ledger = await store.ledger(latest.runId);
  const conditions = conditionsOf(ledger);
  const exitCode = exitCodeOf(withCopies(conditions, copies));
  if (options.json) terminal.out(endLine(latest, { ledger, conditions, copies, exitCode }));
  else terminal.out(`${latest.runId} has ended: ${ledgerLine(ledger)}`);
  for (const line of reasonLines(await store.reasons(latest.runId))) terminal.tell(`  ${line}`);
  const waiting = copiesLine(copies);
  if (waiting !== undefined) terminal.tell(waiting);
  terminal.tell("nothing was sent. `bentham retry` asks failed cells again, `bentham run --new` starts the next run");
  return exitCode;
}
