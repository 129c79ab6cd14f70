export { createExecutor, type Executor, type ExecutorOptions, type StopWorkerOptions } from "./create-executor.ts";
export type { ExecuteJobOptions } from "./execute-job.ts";
export type { JobResources } from "./resources.ts";

export type { WorkerOptions } from "./worker/worker-options.ts";
export type { RunningJob, WorkerState, WorkerStatus } from "./worker/worker-status.ts";
export { MemoryQueue } from "./worker/memory-queue.ts";

export { type BackoffMode, type BackoffOptions, calculateBackoff } from "./retry/calculate-backoff.ts";
export { RetryStrategy } from "./retry/retry-strategy.ts";
export { classifyError, type ClassifyContext, type ErrorClassification, isRetryable } from "./retry/classify-error.ts";

export type { HumanBehaviorConfig, Job, JobResult } from "@bentham/core";
export type { AttemptName, ExecutorEvents } from "./events.ts";
