import type { Job } from "../job.ts";
import type { JobResult } from "../job-result.ts";
import type { LaneEvent } from "../lane/lane-state.ts";
import type { Outcome } from "../outcome.ts";
import type { Unsubscribe } from "../events.ts";

/** What a worker has means for; what is left out has no bound. */
export interface ClaimBounds {
  /** Jobs of these runs alone. */
  readonly runIds?: ReadonlySet<string>;
  /** Jobs at these locations alone. */
  readonly locationIds?: ReadonlySet<string>;
  /** Jobs on surfaces of these adapters alone, by the adapter's name. */
  readonly adapters?: ReadonlySet<string>;
  /** Jobs that ask with a credential of these pools, or with none. */
  readonly credentialPools?: ReadonlySet<string>;
}

/** What a worker asks a queue for. */
export interface ClaimRequest {
  readonly queueName: string;
  readonly workerId: string;
  /** Most jobs to hand out; 1 or more. */
  readonly limit: number;
  /** How long the leases hold unless renewed, in milliseconds. */
  readonly leaseMs: number;
  /** What is handed out; the rest waits for other workers. @default every job of the queue */
  readonly only?: ClaimBounds;
}

/** Names one attempt; every write about it is refused once another attempt has begun. */
export interface AttemptRef {
  readonly jobId: string;
  /** The fencing token: unguessable, new with every claim. */
  readonly leaseToken: string;
}

/** A job under lease. */
export interface ClaimedJob extends AttemptRef {
  readonly job: Job;
  readonly lane: string;
  /** Attempts ever made, this one among them; from 1. */
  readonly attempt: number;
  /** Raised by `retry`; from 1. */
  readonly generation: number;
  /** Failed attempts of this generation before this one. */
  readonly failures: number;
  /** Times this generation was put off before. */
  readonly deferrals: number;
}

/**
 * What {@link JobQueue.beforeAsk} says.
 *
 * - `go`: ask now; the question is counted.
 * - `wait`: not yet; nothing is counted. Try again after `waitMs`, or give the job back until then. Where it is a second at
 *   most, the turn is kept for the attempt.
 * - `stop`: never under this lease: it was lost, the run was cancelled or paused, or its budget is spent.
 */
export type AskPermit =
  | { readonly kind: "go" }
  | { readonly kind: "wait"; readonly waitMs: number; readonly reason: WaitReason }
  | { readonly kind: "stop"; readonly reason: "lost" | "cancelled" | "paused" | "budget" | "deadline" };

/** Why a question has to wait. */
export type WaitReason = "rate" | "breaker" | "paused";

/** What a pause covers. */
export type PauseScope =
  | { readonly kind: "run"; readonly id: string }
  | { readonly kind: "lane"; readonly id: string }
  | { readonly kind: "location"; readonly id: string };

/** A "not before" on what it covers. */
export interface Pause {
  readonly scope: PauseScope;
  /** How long from now, in milliseconds; Infinity until somebody resumes. */
  readonly forMs: number;
  readonly reason: string;
}

/** How an attempt ended that did not end its job. */
export interface AttemptEnding {
  readonly outcome: Outcome;
  readonly code: string;
  readonly message: string;
  /** Folder of the attempt's bag, relative to the evidence folder. */
  readonly bagPath?: string;
}

/** How an attempt ended whose job waits for a person. */
export interface ParkedEnding extends AttemptEnding {
  /**
   * The account that the person has to see to, as `pool/id`.
   *
   * @default none: it is the surface, asked from the job's location without one
   */
  readonly account?: string;
  /**
   * Whether the attempt never met the wall itself, and was only told that no account of its pool is ready: any of them will do.
   *
   * @default false
   */
  readonly forPool?: boolean;
  /** The proxy by which it was met. */
  readonly proxyId?: string;
  /** What was kept of it, for the result of the cell should it end as blocked. */
  readonly evidence?: NonNullable<JobResult["evidence"]>;
}

/** How an attempt ended that ends its job. */
export interface Settlement {
  /** The result row. Its `state` says what the cell is: `answered` or `failed`. */
  readonly result: JobResult;
  /** What the lane learns from it. */
  readonly laneEvent?: LaneEvent;
  /** What rests after it, for all workers. */
  readonly pause?: Pause;
}

/** How and when a job is to be tried again. */
export interface LaterRequest {
  readonly ending: AttemptEnding;
  /** Wait before the next claim, in milliseconds. */
  readonly delayMs: number;
  readonly laneEvent?: LaneEvent;
  /** What rests meanwhile, for all workers. */
  readonly pause?: Pause;
}

/** The leases that a worker holds, by token. A job whose run was paused is to stop, and goes back unspent. */
export type HeldLeases = ReadonlyMap<string, "runs" | "paused">;

/** For how long nothing is claimed, in milliseconds, and why; Infinity until somebody does something about it. */
export interface Wait {
  readonly forMs: number;
  readonly reason: string;
  /** What is paused, where that is why. */
  readonly scope?: PauseScope["kind"];
}

/** Where a lane of a queue stands. */
export interface LaneStanding {
  readonly lane: string;
  /** Jobs that wait. */
  readonly waiting: number;
  /** Jobs under lease now, of any worker. */
  readonly running: number;
  /** There while none of the jobs that wait may be claimed for a reason other than full slots. */
  readonly wait?: Wait;
}

/**
 * Whether a write about an attempt was taken. `lost`: the lease was no longer this attempt's, and nothing was written.
 */
export type Taken = "taken" | "lost";

/**
 * Where a worker gets jobs from and takes their endings to. The job's row decides: whoever holds its lease token may
 * write, and nobody else. Every method may be called by many workers of many processes at once.
 */
export interface JobQueue {
  /**
   * Leases jobs that are due, at most `limit`, fairly over the lanes: none of a paused run, lane or location, none
   * beyond a lane's free slots. Jobs of workers that are gone come back first, one crash the richer.
   */
  claim(request: ClaimRequest): Promise<ClaimedJob[]>;
  /** Renews the leases that are still `workerId`'s, all in one statement; one that has run out stays so. */
  renew(workerId: string, leaseMs: number): Promise<HeldLeases>;
  /** The leases that `workerId` still holds: jobs that are not among them must stop. Writes nothing. */
  held(workerId: string): Promise<HeldLeases>;
  /** Whether and when the attempt may ask; counts the question when it may now. */
  beforeAsk(attempt: AttemptRef): Promise<AskPermit>;
  /** Writes the result row and ends the job, in one transaction. */
  settle(attempt: AttemptRef, settlement: Settlement): Promise<Taken>;
  /** Ends the attempt; the job waits. `failed` spends a failure, `deferred` a deferral. */
  later(attempt: AttemptRef, request: LaterRequest): Promise<Taken>;
  /** Ends the attempt unspent: the job may be claimed at once. */
  giveBack(attempt: AttemptRef, ending: AttemptEnding): Promise<Taken>;
  /** Ends the attempt; the job waits for a person, with all others that wait for the same. */
  park(attempt: AttemptRef, ending: ParkedEnding): Promise<Taken>;
  /** In how many milliseconds a job within the bounds may next be claimed; undefined when none waits for a time. */
  nextDue(queueName: string, only?: ClaimBounds): Promise<number | undefined>;
  /** Where the lanes stand that have jobs left. Writes nothing. */
  standings(queueName: string): Promise<LaneStanding[]>;
  /** Calls `listener` when jobs may have become claimable in this process. Other processes are seen by polling. */
  onWake(listener: () => void): Unsubscribe;
}
