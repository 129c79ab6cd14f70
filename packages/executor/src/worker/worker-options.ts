import { BenthamError, type ClaimBounds } from "@bentham/core";
import { checkTimeout, DEFAULT_TIMEOUT } from "../execute-job.ts";

/** Options of `executor.startWorker`. */
export interface WorkerOptions {
  /** Jobs in hand at once; 1 or more. @default 5 */
  concurrency?: number;
  /** Longest wait before the queue is asked again, in milliseconds. @default 1000 */
  pollInterval?: number;
  /** The queue that is polled. @default "bentham-jobs" */
  queueName?: string;
  /** Names the worker in the queue; unique among all workers. @default a random UUID */
  workerId?: string;
  /** Longest time of one attempt, in milliseconds. @default 60000 */
  timeout?: number;
  /** How long a job is the worker's unless renewed, in milliseconds; it is renewed four times in that. @default 60000 */
  leaseMs?: number;
  /** Whether evidence is kept, at each job's level. @default true */
  collectEvidence?: boolean;
  /** How often a job may be put off before it fails with the reason it was put off for. @default 200 */
  maxDeferrals?: number;
  /**
   * What the worker has means for, asked before each claim; what is beyond it waits for other workers.
   *
   * @default every job of the queue
   */
  only?: () => ClaimBounds;
}

/** {@link WorkerOptions} with their defaults filled in. */
export type WorkerSettings = Required<WorkerOptions>;

/** @throws BenthamError CONFIG_INVALID naming the option that is out of its range. */
export function workerSettings(options: WorkerOptions, newId: () => string): WorkerSettings {
  const settings: WorkerSettings = {
    concurrency: options.concurrency ?? 5,
    pollInterval: options.pollInterval ?? 1000,
    queueName: options.queueName ?? "bentham-jobs",
    workerId: options.workerId ?? newId(),
    timeout: options.timeout ?? DEFAULT_TIMEOUT,
    leaseMs: options.leaseMs ?? 60_000,
    collectEvidence: options.collectEvidence ?? true,
    maxDeferrals: options.maxDeferrals ?? 200,
    only: options.only ?? (() => ({})),
  };
  checkTimeout(settings.timeout);
  checkWhole("concurrency", settings.concurrency, 1);
  checkWhole("pollInterval", settings.pollInterval, 1);
  checkWhole("leaseMs", settings.leaseMs, 100);
  checkWhole("maxDeferrals", settings.maxDeferrals, 0);
  if (settings.queueName === "") throw new BenthamError("CONFIG_INVALID", "startWorker: queueName must not be empty");
  return settings;
}

function checkWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new BenthamError(
    "CONFIG_INVALID",
    `startWorker: ${name} must be a whole number, ${least} or more, and is ${value}`,
  );
}
