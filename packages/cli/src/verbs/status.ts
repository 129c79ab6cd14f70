import {
  type CellReason,
  type LaneReport,
  type Ledger,
  type Run,
  type RunStore,
  type SharedState,
  systemClock,
} from "@bentham/core";
import { exitCodeOf, ledgerLine, standingOf } from "@bentham/orchestrator";
import { stampStanding } from "@bentham/runtime";
import { stampLine } from "../tell-stamps.ts";
import { waitText } from "../progress/frame.ts";
import { excerpt } from "../printable.ts";
import type { Terminal } from "../terminal.ts";

/** Prints where a run stands. */
export async function status(
  store: RunStore & SharedState,
  run: Run,
  terminal: Terminal,
  { json, evidenceFolder }: { readonly json: boolean; readonly evidenceFolder: string },
): Promise<number> {
  const [ledger, lanes, reasons] = [
    await store.ledger(run.runId),
    await store.lanes(run.runId),
    await store.reasons(run.runId),
  ];
  const timeStamps = await stampStanding(store, evidenceFolder, run.runId);
  if (json) {
    terminal.out(JSON.stringify({ ...statusObject(run, ledger, lanes, reasons), timeStamps }));
  } else {
    terminal.out(`${run.runId}  ${ledgerLine(ledger)}`);
    const money = moneyLine(run);
    if (money !== undefined) terminal.out(`  ${money}`);
    for (const line of laneLines(lanes)) terminal.out(`  ${line}`);
    for (const line of reasonLines(reasons)) terminal.out(`  ${line}`);
    const stamps = stampLine(timeStamps);
    if (stamps !== undefined) terminal.out(`  ${stamps}`);
  }
  return exitCodeOf(standingOf({ run, ledger, lanes }, systemClock.now()));
}

function statusObject(run: Run, ledger: Ledger, lanes: readonly LaneReport[], reasons: readonly CellReason[]): object {
  const { runId, study, series, asks, spentUsd, budgetReached, finished, createdAt } = run;
  return { runId, study, series, ...ledger, asks, spentUsd, budgetReached, finished, createdAt, lanes, reasons };
}

/** What a run has cost, where its prices are known. */
export function moneyLine({ spentUsd, settings: { prices, budgetUsd } }: Run): string | undefined {
  if (!prices) return undefined;
  const of = budgetUsd === undefined ? "" : ` of ${usd(budgetUsd)}`;
  return `${usd(spentUsd)}${of} spent; questions without an answer are counted at the most they can have cost`;
}

function usd(amount: number): string {
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
}

function laneLines(lanes: readonly LaneReport[]): string[] {
  return lanes.map(({ lane, ledger, running, waiting }) => {
    const wait = waiting ? `, ${waitText(waiting)}` : "";
    return `${lane}: ${ledgerLine(ledger)}${running > 0 ? `, ${running} running` : ""}${wait}`;
  });
}

/** Why cells have no answer, a line per reason. */
export function reasonLines(reasons: readonly CellReason[]): string[] {
  return reasons.map(({ state, code, cells, example }) => `${cells} ${state} ${code}: ${excerpt(example, 100)}`);
}
