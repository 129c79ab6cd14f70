import {
  BenthamError,
  type ClaimedJob,
  isBenthamError,
  type JobQueue,
  type LaneStanding,
  type Outcome,
  startTimer,
  traitsOf,
} from "@bentham/core";
import type { EndedAttempt } from "../attempt.ts";
import type { ExecutorParts } from "../executor-parts.ts";
import { runClaimedJob } from "./claimed-job.ts";
import { laneChanges } from "./lane-changes.ts";
import type { WorkerSettings } from "./worker-options.ts";
import type { LaneStatus, RunningJob, WorkerState, WorkerStatus } from "./worker-status.ts";

/** How long `stop` lets running jobs finish before it takes them back, in milliseconds. */
export const DEFAULT_GRACE = 25_000;

interface JobInHand extends RunningJob {
  readonly leaseToken: string;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** What ends a job whose lease is no longer the worker's. */
const LEASE_LOST = new BenthamError("LEASE_LOST", "the lease was lost or cancelled");

/** What ends a job whose run somebody has paused. */
const RUN_PAUSED = new BenthamError("INTERRUPTED", "the run was paused");

/** What ends a wait of the claiming loop. Made once, as it is no failure, and comes with the end of every job. */
const AWAKENED = new Error("there may be something to claim");

/**
 * Takes jobs from a queue and runs them, as many at once as it has slots.
 *
 * Two loops run side by side until it is stopped. One claims jobs whenever a slot is free, and otherwise waits for a
 * free slot, for a wake-up, for the next job to fall due, or for the poll interval. The other, outside of all job code,
 * renews the leases and ends the jobs whose lease was lost; they write nothing any more.
 *
 * Stopping is soft, then hard: no more jobs are taken, those in hand may finish within the grace time, and what is left
 * then is interrupted and goes back unspent. Stopping twice, or before a start, is harmless.
 */
export class Worker {
  readonly #parts: ExecutorParts;
  readonly #queue: JobQueue;
  readonly #settings: WorkerSettings;
  readonly #jobs = new Map<string, JobInHand>();
  /** Jobs in hand that have given back what they had, and whose end is being written. */
  #committing = 0;
  readonly #ended: Record<Outcome, number> = {
    answered: 0,
    failed: 0,
    deferred: 0,
    parked: 0,
    interrupted: 0,
    cancelled: 0,
  };
  /** Ends both loops. */
  readonly #closing = new AbortController();
  /** Set for as long as the claiming loop waits; ends the wait. */
  #wake: AbortController | undefined;
  #awakened = false;
  #state: WorkerState = "idle";
  #claiming: Promise<void> | undefined;
  #renewing: Promise<void> | undefined;
  #lanes: readonly LaneStatus[] = [];
  #error: unknown;

  constructor(parts: ExecutorParts, queue: JobQueue, settings: WorkerSettings) {
    this.#parts = parts;
    this.#queue = queue;
    this.#settings = settings;
  }

  start(): void {
    const { queueName, concurrency } = this.#settings;
    this.#state = "running";
    this.#parts.telemetry.tell("worker:start", { queueName, concurrency });
    const unsubscribe = this.#queue.onWake(() => this.#wakeUp());
    this.#claiming = this.#claimLoop().finally(unsubscribe);
    this.#renewing = this.#renewLoop();
  }

  /** Stops; resolves when nothing of the worker runs any more. A second call with a shorter grace time shortens it. */
  async stop(grace: number): Promise<void> {
    if (this.#state === "idle") return;
    this.#state = "stopping";
    this.#wakeUp();
    const stopTimer = startTimer(this.#parts.clock, grace, () => {
      for (const job of this.#jobs.values()) {
        job.controller.abort(new BenthamError("INTERRUPTED", "the worker was stopped"));
      }
    });
    await this.#claiming;
    while (this.#jobs.size > 0) await Promise.all([...this.#jobs.values()].map((job) => job.done));
    stopTimer();
    this.#closing.abort();
    await this.#renewing;
    if (this.#state !== "stopping") return; // Another call has told it already.
    this.#state = "idle";
    this.#parts.telemetry.tell("worker:stop", { queueName: this.#settings.queueName });
  }

  status(): WorkerStatus {
    const { queueName, concurrency } = this.#settings;
    const running = [...this.#jobs.values()].map(({ jobId, lane, attempt, startedAt }) => ({
      jobId,
      lane,
      attempt,
      startedAt,
    }));
    return {
      state: this.#state,
      queueName,
      concurrency,
      running,
      lanes: this.#lanes,
      ended: { ...this.#ended },
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  async #claimLoop(): Promise<void> {
    while (this.#state === "running") {
      const limit = this.#settings.concurrency - this.#jobs.size + this.#committing;
      const claimed = limit > 0 ? await this.#claim(limit) : [];
      if (this.#state !== "running") return this.#giveBack(claimed ?? []);
      for (const job of claimed ?? []) this.#take(job);
      // A queue that failed is asked again at the poll interval, whatever it says is due.
      if (!claimed || claimed.length < limit || limit <= 0) await this.#rest(limit > 0 && claimed !== undefined);
    }
  }

  /** Jobs of the queue, or nothing when it fails. */
  #claim(limit: number): Promise<readonly ClaimedJob[] | undefined> {
    const { queueName, workerId, leaseMs, only } = this.#settings;
    return this.#trying(() => this.#queue.claim({ queueName, workerId, limit, leaseMs, only: only() }));
  }

  /** Returns jobs that were claimed while the worker was being stopped. */
  async #giveBack(claimed: readonly ClaimedJob[]): Promise<void> {
    const ending = { outcome: "interrupted", code: "INTERRUPTED", message: "the worker was stopped" } as const;
    await Promise.all(claimed.map((job) => this.#trying(() => this.#queue.giveBack(job, ending))));
  }

  #take(claimed: ClaimedJob): void {
    const controller = new AbortController();
    const { parts, queue, settings } = { parts: this.#parts, queue: this.#queue, settings: this.#settings };
    let committing = 0;
    const onCommitted = (): void => {
      this.#committing -= committing;
      committing = 0;
    };
    const onCommit = (ended: EndedAttempt): void => {
      // The next job is claimed beside this end, in one commit; but not where this end may stop the worker.
      if (ended.outcome !== "answered" || troubleIn(ended)) return;
      committing = 1;
      this.#committing += committing;
      this.#wakeUp();
    };
    const run = async (): Promise<void> => {
      try {
        const ended = await runClaimedJob({ parts, queue, settings, controller, onCommit, onCommitted }, claimed);
        this.#ended[ended.outcome] += 1;
        const trouble = troubleIn(ended);
        if (trouble) this.#tellError(trouble);
        else this.#error = undefined;
      } catch (error) {
        // The end could not be written: the lease runs out, and the job is asked again.
        this.#tellError(error);
      } finally {
        onCommitted();
        this.#jobs.delete(claimed.leaseToken);
        this.#wakeUp();
      }
    };
    this.#jobs.set(claimed.leaseToken, {
      jobId: claimed.jobId,
      lane: claimed.lane,
      attempt: claimed.attempt,
      startedAt: new Date(this.#parts.clock.now()),
      leaseToken: claimed.leaseToken,
      controller,
      done: run(),
    });
  }

  /** Waits until there may be something to claim. */
  async #rest(hasFreeSlot: boolean): Promise<void> {
    if (this.#awakened || this.#state !== "running") {
      this.#awakened = false;
      return;
    }
    const wake = new AbortController();
    this.#wake = wake;
    const { queueName, only } = this.#settings;
    const due = hasFreeSlot ? await this.#trying(() => this.#queue.nextDue(queueName, only())) : undefined;
    try {
      await this.#parts.clock.sleep(Math.min(this.#settings.pollInterval, Math.max(1, due ?? Infinity)), wake.signal);
    } catch (error) {
      if (!wake.signal.aborted) throw error;
    } finally {
      this.#wake = undefined;
      this.#awakened = false;
    }
  }

  #wakeUp(): void {
    this.#awakened = true;
    this.#wake?.abort(AWAKENED);
  }

  /** Renews the leases, and sees at every poll interval which of them were taken away. */
  async #renewLoop(): Promise<void> {
    const { clock } = this.#parts;
    const { leaseMs, pollInterval, workerId } = this.#settings;
    const renewEvery = leaseMs / 4;
    let renewedAt = clock.monotonic();
    while (!this.#closing.signal.aborted) {
      try {
        await clock.sleep(Math.min(renewEvery, pollInterval), this.#closing.signal);
      } catch {
        return; // The worker has stopped.
      }
      await this.#look();
      if (this.#jobs.size === 0) {
        renewedAt = clock.monotonic();
        continue;
      }
      const before = [...this.#jobs.keys()];
      const isDue = clock.monotonic() - renewedAt >= renewEvery;
      const held = await this.#trying(() =>
        isDue ? this.#queue.renew(workerId, leaseMs) : this.#queue.held(workerId),
      );
      if (held && isDue) renewedAt = clock.monotonic();
      // With no word from the store for as long as a lease holds, the leases are lost as far as anyone here can tell.
      const isStale = !held && clock.monotonic() - renewedAt >= leaseMs;
      for (const token of before) {
        const standing = held?.get(token);
        if (isStale || (held && standing === undefined)) this.#end(token, LEASE_LOST);
        else if (standing === "paused") this.#end(token, RUN_PAUSED);
      }
    }
  }

  /** Sees where the lanes stand, and tells which of them rest and which go on. */
  async #look(): Promise<void> {
    const standings = await this.#trying(() => this.#queue.standings(this.#settings.queueName));
    if (!standings) return;
    const now = this.#parts.clock.now();
    const lanes = standings.map((standing) => laneStatusOf(standing, now));
    const { paused, resumed } = laneChanges(this.#lanes, lanes);
    this.#lanes = lanes;
    const { telemetry } = this.#parts;
    for (const lane of resumed) telemetry.tell("lane:resume", { lane });
    for (const { lane, paused: { until, reason } = { reason: "" } } of paused) {
      telemetry.tell("lane:pause", { lane, reason, ...(until ? { waitMs: until.getTime() - now } : {}) });
    }
  }

  #end(leaseToken: string, reason: BenthamError): void {
    this.#jobs.get(leaseToken)?.controller.abort(reason);
  }

  /** What the queue gives, or nothing when it fails; the failure is told, and the loops go on. */
  async #trying<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#tellError(error);
      return undefined;
    }
  }

  #tellError(error: unknown): void {
    this.#error = error;
    if (isLasting(error) && this.#state === "running") {
      this.#state = "stopping";
      this.#wakeUp();
    }
    this.#parts.telemetry.tell("worker:error", { error });
  }
}

/** A store that is full, corrupt or closed, or evidence that cannot be kept, does not mend by trying it again. */
function isLasting(error: unknown): boolean {
  return isBenthamError(error) && ["store", "evidence"].includes(traitsOf(error.code).category);
}

function laneStatusOf({ lane, running, waiting, wait }: LaneStanding, now: number): LaneStatus {
  if (!wait) return { lane, running, waiting };
  const until = Number.isFinite(wait.forMs) ? { until: new Date(now + wait.forMs) } : {};
  return { lane, running, waiting, paused: { ...until, reason: wait.reason } };
}

/** What ended an attempt, or took its evidence, that will end the next one, too: a full disk, a store that fails. */
function troubleIn({ failure, result }: EndedAttempt): BenthamError | undefined {
  if (failure?.category === "store") return new BenthamError(failure.code, failure.message);
  switch (result.evidence?.code) {
    case "DISK_FULL":
      return new BenthamError("DISK_FULL", "the disk of the evidence folder is full: free some space");
    case "EVIDENCE_FAILED": {
      const why = result.evidence.reasons?.join("; ") ?? "";
      return new BenthamError(
        "EVIDENCE_FAILED",
        `the evidence folder cannot be written, so nothing more is asked (${why}): make it writable, and run the same command again`,
      );
    }
    case undefined:
      return undefined;
  }
}
