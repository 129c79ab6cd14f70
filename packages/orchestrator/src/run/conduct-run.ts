import {
  BenthamError,
  type CellReason,
  type Clock,
  type LaneReport,
  type Ledger,
  type Run,
  type RunStore,
  systemClock,
} from "@bentham/core";
import { type Condition, conditionsOf } from "./exit-code.ts";

/** How often a run is looked at, in milliseconds. */
const INTERVAL = 250;

/** Where a run stands. */
export interface RunProgress {
  readonly run: Run;
  readonly ledger: Ledger;
  readonly lanes: readonly LaneReport[];
}

/** How a run is conducted. */
export interface ConductOptions {
  /** Hears where the run stands, each time it has been looked at. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Stops conducting; the run stays as it is. */
  readonly signal?: AbortSignal;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** How conducting a run ended. */
export interface RunEnding extends RunProgress {
  readonly reasons: readonly CellReason[];
  readonly conditions: Set<Condition>;
}

/**
 * Watches a run until there is nothing more to be done for it: every cell has ended, or those that are left wait for a
 * person, or its budget or deadline is reached and nothing of it runs any more. Marks a run that has ended. It works on
 * no job itself.
 *
 * @throws BenthamError RUN_UNKNOWN
 */
export async function conductRun(store: RunStore, runId: string, options: ConductOptions = {}): Promise<RunEnding> {
  const { onProgress, signal, clock = systemClock } = options;
  for (;;) {
    const progress = await look(store, runId);
    onProgress?.(progress);
    const stop = stopOf(progress, clock.now());
    if (stop || signal?.aborted) {
      const { ledger } = progress;
      if (ledger.pending === 0 && ledger.parked === 0) await store.markFinished(runId);
      const conditions = conditionsOf(ledger);
      if (ledger.pending > 0) conditions.add(stop && stop !== "done" ? stop : "paused");
      return { ...progress, reasons: await store.reasons(runId), conditions };
    }
    await rest(clock, signal);
  }
}

async function look(store: RunStore, runId: string): Promise<RunProgress> {
  const run = await store.findRun(runId);
  if (!run) throw new BenthamError("RUN_UNKNOWN", `there is no run "${runId}" in the store`);
  return { run, ledger: await store.ledger(runId), lanes: await store.lanes(runId) };
}

/** Why nothing more will come of a run by itself. */
function stopOf({ run, ledger, lanes }: RunProgress, now: number): "done" | Condition | undefined {
  if (ledger.pending === 0) return "done";
  if (lanes.some(({ running }) => running > 0)) return undefined;
  const { budgetCalls, deadline } = run.settings;
  if (budgetCalls !== undefined && run.asks >= budgetCalls) return "budget reached";
  if (deadline !== undefined && now >= deadline) return "deadline passed";
  return undefined;
}

async function rest(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(INTERVAL, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
