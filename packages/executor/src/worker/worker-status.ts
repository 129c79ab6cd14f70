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

/** A lane that has jobs left, as it stood when the queue was last looked at: once in a poll interval. */
export interface LaneStatus {
  readonly lane: string;
  /** Jobs of it under lease, of any worker. */
  readonly running: number;
  /** Jobs of it that wait. */
  readonly waiting: number;
  /** There while no job of it that waits may be taken. */
  readonly paused?: {
    /** When it goes on; absent when that takes somebody to do something. */
    readonly until?: Date;
    readonly reason: string;
  };
}

/** What `executor.getWorkerStatus` tells. */
export interface WorkerStatus {
  readonly state: WorkerState;
  readonly queueName?: string;
  readonly concurrency: number;
  /** Jobs in hand. */
  readonly running: readonly RunningJob[];
  readonly lanes: readonly LaneStatus[];
  /** Attempts ended since the start, by how. */
  readonly ended: Readonly<Record<Outcome, number>>;
  /** The latest failure of the queue, until it works again. */
  readonly error?: unknown;
}
