import {
  BenthamError,
  type CellReason,
  type Clock,
  type LaneReport,
  type Ledger,
  type Run,
  type RunStore,
  systemClock,
  type Unsubscribe,
} from "@bentham/core";
import { type Condition, conditionsOf } from "./exit-code.ts";

/** How often a run is looked at unless told otherwise, in milliseconds. */
const INTERVAL = 250;

/** How soon after a wake it is looked at, in milliseconds. */
const AFTER_WAKE = 50;

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
  /** How often the run is looked at, in milliseconds. @default 250 */
  readonly interval?: number;
  /** Calls a listener when something has changed in this process: then the run is looked at sooner. @default never */
  readonly onWake?: (listener: () => void) => Unsubscribe;
}

/** How conducting a run ended. */
export interface RunEnding extends RunProgress {
  /** Why cells have no answer. */
  readonly reasons: readonly CellReason[];
  /** What can be said of it; none when every cell was answered. */
  readonly conditions: Set<Condition>;
}

/**
 * Watches a run until nothing more comes of it by itself: every cell has ended, or those that are left wait for a person;
 * or nothing of it runs any more because its budget or deadline is reached, or because all its lanes are paused until
 * somebody resumes them, or its locations until somebody mends their proxies. Marks a run that has ended. It works on no job itself.
 *
 * @throws BenthamError RUN_UNKNOWN
 */
export async function conductRun(store: RunStore, runId: string, options: ConductOptions = {}): Promise<RunEnding> {
  const { onProgress, signal, clock = systemClock, interval = INTERVAL, onWake } = options;
  for (;;) {
    const progress = await look(store, runId);
    onProgress?.(progress);
    const now = clock.now();
    if (stopOf(progress, now) || signal?.aborted) return await endingOf(store, progress, now);
    await rest(clock, interval, signal, onWake);
  }
}

async function look(store: RunStore, runId: string): Promise<RunProgress> {
  const run = await store.findRun(runId);
  if (!run) throw new BenthamError("RUN_UNKNOWN", `there is no run "${runId}" in the store`);
  return { run, ledger: await store.ledger(runId), lanes: await store.lanes(runId) };
}

/**
 * What can be said of a run as it stands, by somebody who does not work on it: what its end would say, and while cells are
 * pending, whether its budget or its deadline holds them up or only that nobody is known to work on them.
 */
export function standingOf({ run, ledger, lanes }: RunProgress, now: number): Set<Condition> {
  const conditions = conditionsOf(ledger);
  if (ledger.pending === 0) return conditions;
  const stop = stopOf({ run, ledger, lanes }, now);
  return conditions.add(stop === undefined || stop === "no cell is pending" ? "paused" : stop);
}

/** Why nothing more will come of a run by itself. */
function stopOf({ run, ledger, lanes }: RunProgress, now: number): "no cell is pending" | Condition | undefined {
  if (ledger.pending === 0) return "no cell is pending";
  if (lanes.some(({ running }) => running > 0)) return undefined;
  const { deadline } = run.settings;
  if (run.budgetReached) return "budget reached";
  if (deadline !== undefined && now >= deadline) return "deadline passed";
  const open = lanes.filter((lane) => lane.ledger.pending > 0);
  // Cells that are not enqueued yet are in no lane.
  if (!run.enqueued || open.length === 0 || !open.every(({ waiting }) => waiting?.forMs === Infinity)) return undefined;
  return open.every(({ waiting }) => waiting?.scope === "location") ? "proxy failed" : "paused";
}

async function endingOf(store: RunStore, progress: RunProgress, now: number): Promise<RunEnding> {
  const { run, ledger } = progress;
  const hasEnded = ledger.pending === 0 && ledger.parked === 0;
  if (hasEnded && !run.finished) await store.markFinished(run.runId);
  return {
    ...progress,
    run: { ...run, finished: run.finished || hasEnded },
    reasons: await store.reasons(run.runId),
    conditions: standingOf(progress, now),
  };
}

/** What ends a rest. Made once: an error with a stack for every job that ends was a hundredth of an API run's time. */
const WOKEN = new Error("something has changed");

/** Waits for the interval, or for a wake, and then a little longer: what has woken it rarely comes alone. */
async function rest(
  clock: Clock,
  interval: number,
  signal: AbortSignal | undefined,
  onWake: ConductOptions["onWake"],
): Promise<void> {
  const woken = new AbortController();
  const unsubscribe = onWake?.(() => woken.abort(WOKEN));
  const ended = signal ? AbortSignal.any([signal, woken.signal]) : woken.signal;
  try {
    await sleepUntil(clock, interval, ended);
    if (woken.signal.aborted) await sleepUntil(clock, Math.min(interval, AFTER_WAKE), signal);
  } finally {
    unsubscribe?.();
  }
}

async function sleepUntil(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
