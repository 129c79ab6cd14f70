import { isBenthamError, type Run } from "@bentham/core";
import { type Condition, conductRun, type RunEnding, type RunProgress } from "@bentham/orchestrator";
import type { Configuration } from "./configuration.ts";
import type { Runtime } from "./open-runtime.ts";

/** Longest time of one attempt unless the operator says otherwise, in milliseconds: models may think for minutes. */
const DEFAULT_TIMEOUT = 120_000;

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

/** Works on a run until there is nothing more to be done for it, or until it is stopped. */
export async function runStudy(
  runtime: Pick<Runtime, "executor" | "store">,
  run: Run,
  options: RunStudyOptions,
): Promise<RunEnding> {
  const { configuration, concurrency, signal, onProgress } = options;
  const { executor, store } = runtime;
  const { timeout = DEFAULT_TIMEOUT, leaseMs, grace } = configuration.worker ?? {};
  const failed = new AbortController();
  let failure: Error | undefined;
  const unsubscribe = executor.on("worker:error", ({ error }) => {
    // The worker goes on after a passing failure of the store, and stops by itself when it is of no use.
    if (executor.getWorkerStatus().state === "running") return;
    failure ??= error instanceof Error ? error : new Error(String(error));
    failed.abort();
  });
  try {
    await executor.startWorker({
      concurrency,
      queueName: run.queueName,
      timeout,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
    const stop = AbortSignal.any([signal, failed.signal]);
    await conductRun(store, run.runId, { onProgress, signal: stop });
    await executor.stopWorker(grace === undefined ? {} : { grace });
    if (failure !== undefined && conditionOf(failure) === undefined) throw failure;
    // Looked at again: jobs in hand may have ended while the worker was being stopped.
    const ending = await conductRun(store, run.runId, { signal: AbortSignal.abort() });
    const condition = failure === undefined ? undefined : conditionOf(failure);
    if (condition) ending.conditions.add(condition);
    return ending;
  } finally {
    unsubscribe();
    await executor.stopWorker({ grace: 0 });
  }
}

function conditionOf(failure: unknown): Condition | undefined {
  return isBenthamError(failure) && failure.code === "DISK_FULL" ? "disk full" : undefined;
}
