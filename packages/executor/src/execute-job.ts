import { type AskPermit, BenthamError, type EvidenceLevel, type Job, type JobResult } from "@bentham/core";
import { Attempt, type AttemptRequest, type EndedAttempt, type Failure } from "./attempt.ts";
import type { ExecutorParts } from "./executor-parts.ts";
import { reportResult } from "./report-result.ts";
import { retryDelay } from "./retry/retry-delay.ts";
import { RetryStrategy } from "./retry/retry-strategy.ts";
import { countAttempt } from "./seeing/attempt-metrics.ts";
import { AttemptTrace } from "./seeing/attempt-trace.ts";

/** Longest time of one attempt unless somebody says otherwise, in milliseconds. */
export const DEFAULT_TIMEOUT = 60_000;

/** A surface that wants to be left alone for longer than this is not waited for in place, in milliseconds. */
const LONGEST_RETRY_AFTER = 15 * 60_000;

/** Options of `executor.executeJob`. */
export interface ExecuteJobOptions {
  /** Longest time of one attempt, in milliseconds; Infinity for none. @default 60000 */
  timeout?: number;
  /** Tries after the first one; 0 for none. @default the job's own, or 3 */
  maxRetries?: number;
  /** Whether evidence is kept, at the job's level. @default true */
  collectEvidence?: boolean;
  /** Ends the job, also while it waits for a retry. */
  signal?: AbortSignal;
}

/** Executes a job now, retrying in place. Gives a result for every failure of the job's, and throws for none. */
export async function executeJob(parts: ExecutorParts, job: Job, options: ExecuteJobOptions = {}): Promise<JobResult> {
  const { timeout = DEFAULT_TIMEOUT, maxRetries, collectEvidence = true, signal } = options;
  checkTimeout(timeout);
  const own = maxRetries === undefined ? undefined : { maxRetries };
  RetryStrategy.of(own); // The caller's mistake is thrown; the job's own is the job's failure, and its attempt tells.
  const evidence = evidenceLevelOf(job, collectEvidence);

  for (let number = 1; ; number++) {
    const permitAsk = async (): Promise<AskPermit> => permitBefore(job.deadline, parts.clock.now());
    const request = { number, failures: number - 1, timeout, evidence, permitAsk, signal };
    const ended = await executeTraced(parts, job, request);
    const delay = isWaitedFor(ended.failure)
      ? retryDelay(ended.failure, number, RetryStrategy.of(own, job.retry), parts.random)
      : undefined;
    if (delay === undefined || !(await rested(parts, delay, signal))) {
      await reportResult(parts.reporter, ended.result);
      return ended.result;
    }
  }
}

async function executeTraced(parts: ExecutorParts, job: Job, request: AttemptRequest): Promise<EndedAttempt> {
  using trace = AttemptTrace.begin(job, request.number);
  return await executeOnce(parts, job, trace ? { ...request, trace } : request);
}

/** One attempt: steps 2 to 6 of a job's way. Step 1, pulling the job, and step 7, reporting, are the worker's. */
export async function executeOnce(parts: ExecutorParts, job: Job, request: AttemptRequest): Promise<EndedAttempt> {
  const ended = await stepByStep(parts, job, request);
  request.trace?.tell(ended);
  countAttempt(job, ended);
  return ended;
}

async function stepByStep(parts: ExecutorParts, job: Job, request: AttemptRequest): Promise<EndedAttempt> {
  await using owned = new Attempt(parts, job, request);
  const attempt = request.trace?.around(owned) ?? owned;
  try {
    // A strategy or gates that are none fail the job now, not after it was asked and paid for.
    RetryStrategy.of(job.retry);
    parts.validator.check?.(job);
    // 2. Resolve the adapter for the target surface.
    const adapter = parts.surfaceAdapters.resolve(job);
    // 3. Acquire resources: credential, proxy, session.
    const resources = await attempt.acquire(adapter.needs);
    // 4. Execute the query.
    await attempt.record(adapter, resources);
    const answer = await attempt.ask(adapter, resources);
    // 5. Collect evidence. An answer in hand is never asked again because of it.
    await attempt.seal({ outcome: "answered", answer });
    // 6. Validate the result.
    return await attempt.judge(answer);
  } catch (error) {
    return await attempt.fail(error);
  }
}

/** How much evidence is kept of a job. */
export function evidenceLevelOf(job: Job, collectEvidence: boolean): EvidenceLevel {
  return collectEvidence ? (job.evidence ?? "full") : "none";
}

/** @throws BenthamError CONFIG_INVALID unless `timeout` is a positive number of milliseconds. */
export function checkTimeout(timeout: number): void {
  if (timeout > 0) return;
  throw new BenthamError("CONFIG_INVALID", `timeout must be a number of milliseconds above 0, and is ${timeout}`);
}

/** Whether it is worth trying again here, where nobody else has use of the time that goes by. */
function isWaitedFor(failure: Failure | undefined): failure is Failure {
  return failure?.isRetryable === true && (failure.retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER;
}

function permitBefore(deadline: number | undefined, now: number): AskPermit {
  const isOver = deadline !== undefined && now >= deadline;
  return isOver ? { kind: "stop", reason: "deadline" } : { kind: "go" };
}

/** Whether the wait before a retry went by without anybody ending the job. */
async function rested(parts: ExecutorParts, delay: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted) return false;
  try {
    await parts.clock.sleep(delay, signal);
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}
