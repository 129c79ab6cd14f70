import { randomUUID } from "node:crypto";
import {
  BenthamError,
  type Clock,
  type CredentialVault,
  type EvidenceCollector,
  type EventSource,
  type Job,
  type JobQueue,
  type JobResult,
  type ProxyManager,
  type Random,
  type Reporter,
  type SessionPool,
  type SurfaceAdapterRegistry,
  systemClock,
  systemRandom,
  type Validator,
} from "@bentham/core";
import { acceptEveryAnswer } from "./accept-every-answer.ts";
import { type ExecutorEvents, ExecutorTelemetry } from "./events.ts";
import { executeJob, type ExecuteJobOptions } from "./execute-job.ts";
import type { ExecutorParts } from "./executor-parts.ts";
import { acquireResources, type JobResources, releaseResources } from "./resources.ts";
import { MemoryQueue } from "./worker/memory-queue.ts";
import { DEFAULT_GRACE, Worker } from "./worker/worker.ts";
import { type WorkerOptions, workerSettings } from "./worker/worker-options.ts";
import type { WorkerStatus } from "./worker/worker-status.ts";

/** What an executor works with. Whoever passes a part in keeps it: the executor disposes of none. */
export interface ExecutorOptions {
  /** Finds the adapter of a job's surface. */
  surfaceAdapters: SurfaceAdapterRegistry;
  /** Lends browser sessions. Needed by adapters that say so. */
  sessionPool?: SessionPool;
  /** Lends ways out. @default direct connections alone */
  proxyManager?: ProxyManager;
  /** Keeps evidence. @default none is kept */
  evidenceCollector?: EvidenceCollector;
  /** Lends credentials. Needed by jobs that name a pool. */
  credentialVault?: CredentialVault;
  /** Where the worker gets jobs from. @default a queue in memory, filled by `enqueue` */
  jobStore?: JobQueue;
  /** Judges answers. @default every answer is accepted */
  validator?: Validator;
  /** Hears of every job that has ended. */
  reporter?: Reporter;
  /** @default the real clock */
  clock?: Clock;
  /** Jitter comes from here. @default chance that nobody can replay */
  random?: Random;
}

/** How a worker is stopped. */
export interface StopWorkerOptions {
  /** How long jobs in hand may take to finish before they go back unspent, in milliseconds; 0 for not at all. @default 25000 */
  grace?: number;
}

/** Runs jobs against AI surfaces: one at a time by `executeJob`, or from a queue by a worker. */
export interface Executor extends EventSource<ExecutorEvents>, AsyncDisposable {
  /**
   * Executes a job now, with retries in place, and gives its result. A failure of the job is a result, not an exception.
   *
   * @throws BenthamError CONFIG_INVALID for an option out of its range.
   */
  executeJob(job: Job, options?: ExecuteJobOptions): Promise<JobResult>;
  /**
   * Starts taking jobs from the queue; resolves when it has started.
   *
   * @throws BenthamError USAGE when it runs already, CONFIG_INVALID for an option out of its range.
   */
  startWorker(options?: WorkerOptions): Promise<void>;
  /** Stops taking jobs; resolves when none is in hand any more. Safe to call twice, and before a start. */
  stopWorker(options?: StopWorkerOptions): Promise<void>;
  getWorkerStatus(): WorkerStatus;
  /**
   * Adds jobs to the queue in memory; one that is there already is left as it is.
   *
   * @throws BenthamError USAGE when the executor was given a `jobStore`.
   */
  enqueue(jobs: Iterable<Job>): void;
  /**
   * Leases what a job needs: credential, proxy and session, each where its adapter and the job say so.
   *
   * @throws BenthamError NO_RESOURCE, CREDENTIAL_MISSING and so on; or the signal's reason. Nothing stays leased then.
   */
  acquireResources(job: Job, options?: { signal?: AbortSignal }): Promise<JobResources>;
  /** Gives back what {@link Executor.acquireResources} gave. Safe to call twice. */
  releaseResources(resources: JobResources): Promise<void>;
}

/** Makes an executor. It starts nothing. */
export function createExecutor(options: ExecutorOptions): Executor {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const telemetry = new ExecutorTelemetry();
  const parts: ExecutorParts = {
    surfaceAdapters: options.surfaceAdapters,
    sessionPool: options.sessionPool,
    proxyManager: options.proxyManager,
    evidenceCollector: options.evidenceCollector,
    credentialVault: options.credentialVault,
    validator: options.validator ?? acceptEveryAnswer,
    reporter: options.reporter,
    clock,
    random,
    telemetry,
  };
  const memory = options.jobStore ? undefined : new MemoryQueue(clock, random);
  const queue = options.jobStore ?? memory;
  let worker: Worker | undefined;

  const stopWorker = async ({ grace = DEFAULT_GRACE }: StopWorkerOptions = {}): Promise<void> => {
    if (!(grace >= 0)) throw new BenthamError("CONFIG_INVALID", `stopWorker: grace must be 0 or more, and is ${grace}`);
    await worker?.stop(grace);
  };

  return {
    on: (name, listener) => telemetry.on(name, listener),
    executeJob: (job, executeOptions) => executeJob(parts, job, executeOptions),

    async startWorker(workerOptions = {}) {
      const settings = workerSettings(workerOptions, randomUUID);
      if (worker && worker.status().state !== "idle") {
        throw new BenthamError("USAGE", "the worker runs already: stop it before starting it again");
      }
      if (!queue) throw new BenthamError("INTERNAL", "the executor has no queue");
      worker = new Worker(parts, queue, settings);
      worker.start();
    },
    stopWorker,
    getWorkerStatus: () => worker?.status() ?? NEVER_STARTED,

    enqueue(jobs) {
      if (memory) return memory.enqueue(jobs);
      throw new BenthamError("USAGE", "the executor has a jobStore: enqueue there");
    },

    async acquireResources(job, { signal = new AbortController().signal } = {}) {
      const { needs = {} } = parts.surfaceAdapters.resolve(job);
      return acquireResources(parts, job, needs, { signal });
    },
    releaseResources: (resources) => releaseResources(resources, clock),

    [Symbol.asyncDispose]: () => stopWorker(),
  };
}

const NEVER_STARTED: WorkerStatus = {
  state: "idle",
  concurrency: 0,
  running: [],
  lanes: [],
  ended: { answered: 0, failed: 0, deferred: 0, parked: 0, interrupted: 0, cancelled: 0 },
};
