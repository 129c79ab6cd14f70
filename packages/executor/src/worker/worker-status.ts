import type { Outcome } from "@bentham/core";

/**
 * Where a worker stands.
 *
 * - `idle`: never started, or stopped.
 * - `running`: it takes jobs.
 * - `stopping`: it takes no more, and finishes what it has.
 */
export type WorkerState = "idle" | "running" | "stopping";

/** A job that a worker has in hand. */
export interface RunningJob {
  readonly jobId: string;
  readonly lane: string;
  readonly attempt: number;
  readonly startedAt: Date;
}

/** What `executor.getWorkerStatus` tells. */
export interface WorkerStatus {
  readonly state: WorkerState;
  readonly queueName?: string;
  readonly concurrency: number;
  /** Jobs in hand. */
  readonly running: readonly RunningJob[];
  /** Attempts ended since the start, by how. */
  readonly ended: Readonly<Record<Outcome, number>>;
  /** The latest failure of the queue, until it works again. */
  readonly error?: unknown;
}
