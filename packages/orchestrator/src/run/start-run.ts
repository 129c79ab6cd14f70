import { setImmediate } from "node:timers/promises";
import {
  canonicalJson,
  type Json,
  type OpenedRun,
  type PlannedCell,
  type RunSettings,
  type RunStore,
} from "@bentham/core";
import { differenceOf } from "../plan/difference.ts";
import type { PlannedStudy } from "../plan/plan-study.ts";

/** Cells that are enqueued at once. */
const CHUNK = 1000;

/** How a run is started. */
export interface StartRunOptions {
  /** The queue whose workers the run is for. */
  readonly queueName: string;
  /** Start the next run of the series, whatever the latest one is. @default false */
  readonly startNew?: boolean;
  /** Hears how many of the planned cells have been enqueued. */
  readonly onProgress?: (enqueued: number, planned: number) => void;
  /** Stops between two chunks. */
  readonly signal?: AbortSignal;
}

/** The run that a start is about. */
export interface StartedRun extends OpenedRun {
  /** How the study differs from a run of kind `changed`, in lines for people. */
  readonly difference?: readonly string[];
}

/**
 * Finds or makes the run of a planned study, and sees to it that every cell is enqueued: also those of a run that was
 * killed while it was being enqueued. Does nothing to a run that has ended, or that has another plan.
 *
 * @throws the signal's reason; what is enqueued by then stays, and the next start does the rest.
 */
export async function startRun(store: RunStore, planned: PlannedStudy, options: StartRunOptions): Promise<StartedRun> {
  const { queueName, startNew = false, onProgress, signal } = options;
  const { plan, planHash, settings } = planned;
  signal?.throwIfAborted();
  const before = await store.latestRun(plan.study);
  const opened = await store.openRun({ plan, planHash, settings, queueName, startNew });
  const { kind, run } = opened;
  if (kind === "finished") return opened;
  if (kind === "changed") return { ...opened, difference: differenceOf(run.plan, plan) };
  if (kind === "continued" && before?.runId === run.runId) await logChange(store, run.runId, before.settings, settings);
  // Whoever starts a run that was paused, or whose proxies were bad, wants it to go on.
  await store.resume({ kind: "run", id: run.runId });
  for (const id of plan.locations) await store.resume({ kind: "location", id });
  if (run.enqueued) return opened;
  let enqueued = 0;
  for (const cells of chunksOf(planned.cells(run.runId))) {
    signal?.throwIfAborted();
    await store.enqueue(run.runId, cells);
    enqueued += cells.length;
    onProgress?.(enqueued, planned.count);
    await setImmediate(); // A store may answer without letting others run, and planning a chunk takes milliseconds.
  }
  await store.markEnqueued(run.runId);
  return { kind, run: { ...run, enqueued: true } };
}

function* chunksOf(cells: Iterable<PlannedCell>): Iterable<PlannedCell[]> {
  let chunk: PlannedCell[] = [];
  for (const cell of cells) {
    chunk.push(cell);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

async function logChange(store: RunStore, runId: string, before: RunSettings, after: RunSettings): Promise<void> {
  const [old, young] = [toJson(before), toJson(after)];
  if (canonicalJson(old) === canonicalJson(young)) return;
  await store.log(runId, "settings changed", { before: old, after: young });
}

function toJson(settings: RunSettings): Json {
  return JSON.parse(JSON.stringify(settings));
}
