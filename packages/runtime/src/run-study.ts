import { isBenthamError, type Run, systemClock } from "@bentham/core";
import type { CopyStanding } from "@bentham/evidence-collector";
import { type Condition, conductRun, type RunEnding, type RunProgress } from "@bentham/orchestrator";
import type { Configuration } from "./configuration.ts";
import type { Runtime } from "./open-runtime.ts";
import { resumingLanes } from "./resume-lanes.ts";
import type { StampReport } from "./time-stamps.ts";
import { withWorker } from "./with-worker.ts";

/** How a run is worked on. */
export interface RunStudyOptions {
  readonly configuration: Configuration;
  /** Jobs in hand at once in this process. */
  readonly concurrency: number;
  /** Stops softly: nothing more is taken, and jobs in hand may finish within the grace time. */
  readonly signal: AbortSignal;
  /** Hears where the run stands. */
  readonly onProgress: (progress: RunProgress) => void;
}

/** The parts of a runtime that work on a run. */
type RunningParts = Pick<Runtime, "executor" | "store" | "sealRun" | "stampRoots" | "copyEvidence" | "credentialVault">;

/** How work on a run ended. */
export interface StudyEnding extends RunEnding {
  /** How far the copies of the evidence are, where it is copied. */
  readonly copies: CopyStanding | undefined;
  /** What became of the time stamps that this run and others waited for. */
  readonly stamps: StampReport;
}

/** Works on a run until there is nothing more to be done for it, or until it is stopped. Seals it when no cell is pending, has it stamped, and copies its evidence. */
export async function runStudy(
  { executor, store, sealRun, stampRoots, copyEvidence, credentialVault }: RunningParts,
  run: Run,
  { configuration, concurrency, signal, onProgress }: RunStudyOptions,
): Promise<StudyEnding> {
  const { queueName, runId } = run;
  const only = { runIds: new Set([runId]) };
  const failure = await withWorker(executor, { configuration, queueName, concurrency, only: () => only }, (failed) =>
    resumingLanes({ store, credentialVault, configuration }, systemClock, () =>
      conductRun(store, runId, {
        onProgress,
        signal: AbortSignal.any([signal, failed]),
        onWake: (listener) => store.onWake(listener),
      }),
    ),
  );
  const condition = failure && conditionOf(failure);
  if (failure && !condition) throw failure;
  // Looked at again: jobs in hand may have ended while the worker was being stopped.
  const ending = await conductRun(store, runId, { signal: AbortSignal.abort() });
  if (condition) ending.conditions.add(condition);
  else if (ending.ledger.pending === 0) await sealing(sealRun(ending.run), ending.conditions);
  const stamps = await stampRoots(signal);
  const copies = await copyEvidence(signal); // The stamps among it.
  return { ...ending, copies, stamps };
}

async function sealing(sealed: Promise<unknown>, conditions: Set<Condition>): Promise<void> {
  try {
    await sealed;
  } catch (error) {
    const condition = error instanceof Error ? conditionOf(error) : undefined;
    if (!condition) throw error;
    conditions.add(condition); // The same command seals it when there is room.
  }
}

function conditionOf(failure: Error): Condition | undefined {
  return isBenthamError(failure) && failure.code === "DISK_FULL" ? "disk failure" : undefined;
}
