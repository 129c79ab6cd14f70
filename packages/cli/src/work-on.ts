import { relative } from "node:path";
import { type Ledger, type Run, systemClock } from "@bentham/core";
import { type Condition, exitCodeOf, ledgerLine, type RunProgress } from "@bentham/orchestrator";
import { type Runtime, runStudy } from "@bentham/runtime";
import type { CommandContext, CommonOptions } from "./command-context.ts";
import { type Copies, copiesLine, withCopies } from "./copies.ts";
import { tellProgress } from "./progress/tell-progress.ts";
import { stopOnSignal } from "./stop-on-signal.ts";
import { tellStamps } from "./tell-stamps.ts";
import { tellStuck } from "./tell-stuck.ts";
import { moneyLine, reasonLines } from "./verbs/status.ts";
import type { StudyContext } from "./verbs/study-context.ts";

/** Works on a run, shows its progress, and tells how it ended. Gives the exit code. */
export async function workOn(
  context: CommandContext,
  runtime: Runtime,
  run: Run,
  { study, configuration }: StudyContext,
  options: CommonOptions,
): Promise<number> {
  const { terminal, signals, currentFolder } = context;
  const progress = tellProgress(terminal, systemClock, options.json ?? false);
  using stop = stopOnSignal(signals, terminal, runtime.executor);
  using stuck = tellStuck(terminal, runtime.executor);
  void stuck;
  const ending = await runStudy(runtime, run, {
    configuration,
    concurrency: study.concurrency,
    signal: stop.signal,
    onProgress: (seen: RunProgress) => progress.show(seen),
  });
  progress.done();
  const { ledger, reasons, conditions, copies, stamps } = ending;
  tellStamps(terminal, stamps);
  const exitCode = exitCodeOf(withCopies(conditions, copies));
  if (options.json) {
    terminal.out(endLine(run, { ledger, conditions, copies, exitCode }));
    return exitCode;
  }
  terminal.out(`${run.runId}  ${ledgerLine(ledger)}`);
  const money = moneyLine(ending.run);
  if (money !== undefined) terminal.tell(`  ${money}`);
  for (const line of reasonLines(reasons)) terminal.tell(`  ${line}`);
  for (const { lane, waiting } of ending.lanes) {
    if (conditions.has("paused") && waiting?.forMs === Infinity) terminal.tell(`  ${lane}: ${waiting.reason}`);
  }
  for (const condition of conditions) {
    const advice = ADVICE[condition];
    if (advice) terminal.tell(`${condition}: ${advice}`);
  }
  const waiting = copiesLine(copies);
  if (waiting !== undefined) terminal.tell(waiting);
  terminal.tell(`evidence ${relative(currentFolder, runtime.evidenceFolder) || "."}`);
  return exitCode;
}

/** What there is to say when a run's command ends. */
interface RunEnd {
  readonly ledger: Ledger;
  readonly conditions: ReadonlySet<Condition>;
  readonly copies: Copies;
  readonly exitCode: number;
}

/** How a run's command ended, as the last line of its JSON. */
export function endLine({ runId }: Run, { ledger, conditions, copies, exitCode }: RunEnd): string {
  const held = [...withCopies(conditions, copies)];
  return JSON.stringify({ event: "end", runId, ledger, conditions: held, copies, exitCode });
}

/** What to do when a run ended in such a way. */
const ADVICE: Readonly<Record<string, string>> = {
  "budget reached": "raise the budget in the study, and the same command goes on",
  "deadline passed": "move the deadline in the study, and the same command goes on",
  paused: "the same command goes on",
  "parked cells":
    "`bentham inbox` tells what waits for a person, and lets them see to it; the same command goes on then",
  "proxy failed": "mend the proxies in bentham.config.yaml, and the same command goes on",
  "cells without an answer": "`bentham retry` asks the failed ones again, and with --state cancelled, say, others",
  "disk failure": "the disk is full: free some space, and the same command goes on",
};
