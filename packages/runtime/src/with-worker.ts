import type { ClaimBounds } from "@bentham/core";
import type { Executor } from "@bentham/executor";
import type { Configuration } from "./configuration.ts";

/** Longest time of one attempt unless the operator says otherwise, in milliseconds: models may think for minutes. */
const DEFAULT_TIMEOUT = 120_000;

/** The worker that goes on beside a piece of work. */
export interface WithWorkerOptions {
  readonly configuration: Configuration;
  /** The queue that is worked on. */
  readonly queueName: string;
  /** Jobs in hand at once in this process. */
  readonly concurrency: number;
  /** What this process has means for, asked before each claim. */
  readonly only: () => ClaimBounds;
}

/**
 * Lets a worker go on for as long as `work` takes, then stops it softly: jobs in hand may finish within the grace time.
 * The signal that `work` is given aborts when the worker is of no more use, since the store has failed for good, or the
 * disk is full.
 *
 * @returns what it failed with.
 */
export async function withWorker(
  executor: Executor,
  { configuration, queueName, concurrency, only }: WithWorkerOptions,
  work: (failed: AbortSignal) => Promise<unknown>,
): Promise<Error | undefined> {
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
      queueName,
      timeout,
      only,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
    await work(failed.signal);
    await executor.stopWorker(grace === undefined ? {} : { grace });
    return failure;
  } finally {
    unsubscribe();
    await executor.stopWorker({ grace: 0 });
  }
}
