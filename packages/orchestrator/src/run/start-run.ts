import {
  canonicalJson,
  type Json,
  type OpenedRun,
  type PlannedCell,
  type RunSettings,
  type RunStore,
} from "@bentham/core";
import type { PlannedStudy } from "../plan/plan-study.ts";

/** Cells that are enqueued at once. */
const CHUNK = 1000;

/** How a run is started. */
export interface StartRunOptions {
  readonly queueName: string;
  /** Start the next run of the series, whatever the latest one is. @default false */
  readonly startNew?: boolean;
  /** Hears how many cells have been enqueued. */
  readonly onEnqueued?: (cells: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds or makes the run of a planned study, and sees to it that every cell is enqueued: also those of a run that was
 * killed while it was being enqueued. Does nothing to a run that has ended, or that has another plan.
 *
 * @throws the signal's reason; what is enqueued by then stays, and the next start does the rest.
 */
export async function startRun(store: RunStore, planned: PlannedStudy, options: StartRunOptions): Promise<OpenedRun> {
  const { queueName, startNew = false, onEnqueued, signal } = options;
  const { plan, planHash, settings } = planned;
  const before = await store.latestRun(plan.study);
  const opened = await store.openRun({ plan, planHash, settings, queueName, startNew });
  const { kind, run } = opened;
  if (kind === "finished" || kind === "changed") return opened;
  if (kind === "continued" && before) await logChanges(store, run.runId, before.settings, settings);
  if (!run.enqueued) {
    let enqueued = 0;
    for (const cells of chunksOf(planned.cells(run.runId))) {
      signal?.throwIfAborted();
      await store.enqueue(run.runId, cells);
      enqueued += cells.length;
      onEnqueued?.(enqueued);
    }
    await store.markEnqueued(run.runId);
  }
  return opened;
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

async function logChanges(store: RunStore, runId: string, before: RunSettings, after: RunSettings): Promise<void> {
  const [old, young] = [toJson(before), toJson(after)];
  if (canonicalJson(old) !== canonicalJson(young))
    await store.log(runId, "settings changed", { before: old, after: young });
}

function toJson(settings: RunSettings): Json {
  return JSON.parse(JSON.stringify(settings));
}
