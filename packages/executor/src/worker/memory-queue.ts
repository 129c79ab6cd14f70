import { randomUUID } from "node:crypto";
import {
  type AskPermit,
  type AttemptEnding,
  type AttemptRef,
  type ClaimedJob,
  type ClaimBounds,
  type ClaimRequest,
  type Clock,
  FRESH_LANE,
  isWithin,
  type HeldLeases,
  type Job,
  type JobQueue,
  laneOf,
  type LaneEvent,
  type LaneLimits,
  type LaneStanding,
  type LaneState,
  type LaterRequest,
  nextLaneState,
  type Pause,
  type Random,
  reserveAsk,
  type Settlement,
  type Taken,
  takeTurn,
  TURN_AHEAD,
  type Unsubscribe,
} from "@bentham/core";
import { type Placed, WaitingLine } from "./waiting-line.ts";

/** Jobs of one lane under lease at once. */
const LANE_LIMITS: LaneLimits = { concurrency: 8 };

interface Entry extends Placed {
  readonly job: Job;
  readonly lane: string;
  /** When it may be claimed, on the queue's clock. */
  notBefore: number;
  attempts: number;
  failures: number;
  deferrals: number;
  lease?: Lease;
}

interface Lease {
  readonly token: string;
  readonly workerId: string;
  until: number;
  /** When its next question may go out, where it has taken its turn. */
  turnAt?: number | undefined;
  /** Whether it has ever taken a turn. */
  hadTurn?: boolean;
}

interface Lane {
  state: LaneState;
  pausedUntil: number;
  /** Why, in the words of who paused it. */
  pauseReason: string;
  running: number;
  /** When a job of it was last claimed, as a count of claims. */
  servedAt: number;
  /** Jobs that wait, first come first. */
  readonly waiting: WaitingLine<Entry>;
}

/**
 * A queue in memory, for a worker without a store: it lives and dies with the process. Jobs that have ended are
 * forgotten, and so are parked ones, which nobody could bring back. Jobs past their deadline are handed out no more.
 */
export class MemoryQueue implements JobQueue {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #entries = new Map<string, Entry>();
  readonly #leased = new Map<string, Entry>();
  readonly #lanes = new Map<string, Lane>();
  /** Until when locations rest, on the monotonic clock. */
  readonly #restingLocations = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #served = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Adds jobs; one whose id is there already is left as it is. */
  enqueue(jobs: Iterable<Job>): void {
    for (const job of jobs) {
      if (this.#entries.has(job.jobId)) continue;
      const lane = laneOf(job.surfaceId, job.credentialPool);
      const entry: Entry = { job, lane, notBefore: 0, attempts: 0, failures: 0, deferrals: 0, place: 0 };
      this.#entries.set(job.jobId, entry);
      this.#laneOf(lane).waiting.add(entry);
    }
    this.#tellWake();
  }

  async claim({ workerId, limit, leaseMs, only = {} }: ClaimRequest): Promise<ClaimedJob[]> {
    this.#reclaim();
    const claimed: ClaimedJob[] = [];
    while (claimed.length < limit) {
      const next = this.#fairest(only);
      if (!next) break;
      claimed.push(this.#lease(next, workerId, leaseMs));
    }
    return claimed;
  }

  async renew(workerId: string, leaseMs: number): Promise<HeldLeases> {
    const until = this.#clock.monotonic() + leaseMs;
    for (const { lease } of this.#leased.values()) if (this.#isHeldBy(workerId, lease)) lease.until = until;
    return this.held(workerId);
  }

  async held(workerId: string): Promise<HeldLeases> {
    const held = [...this.#leased].filter(([, { lease }]) => this.#isHeldBy(workerId, lease));
    return new Map(held.map(([token]) => [token, "runs"]));
  }

  async beforeAsk(attempt: AttemptRef): Promise<AskPermit> {
    const entry = this.#held(attempt);
    if (!entry?.lease || entry.lease.until <= this.#clock.monotonic()) return { kind: "stop", reason: "lost" };
    const { deadline } = entry.job;
    if (deadline !== undefined && this.#clock.now() >= deadline) return { kind: "stop", reason: "deadline" };
    const lane = this.#laneOf(entry.lane);
    const now = this.#clock.monotonic();
    if (lane.pausedUntil > now) return { kind: "wait", waitMs: lane.pausedUntil - now, reason: "paused" };
    const turn = takeTurn(lane.state, LANE_LIMITS, entry.lease.turnAt, now);
    if (turn.kind === "later") return { kind: "wait", waitMs: turn.at - now, reason: turn.reason };
    if (turn.lane) lane.state = turn.lane;
    entry.lease.hadTurn = true;
    entry.lease.turnAt = turn.kind === "soon" ? turn.at : undefined;
    return turn.kind === "soon" ? { kind: "wait", waitMs: turn.at - now, reason: "rate" } : { kind: "go" };
  }

  async settle(attempt: AttemptRef, settlement: Settlement): Promise<Taken> {
    const entry = this.#release(attempt, settlement.laneEvent);
    if (!entry) return "lost";
    this.#entries.delete(entry.job.jobId);
    if (settlement.pause) this.#pause(settlement.pause, this.#clock.monotonic());
    return "taken";
  }

  async later(attempt: AttemptRef, request: LaterRequest): Promise<Taken> {
    const entry = this.#release(attempt, request.laneEvent);
    if (!entry) return "lost";
    const now = this.#clock.monotonic();
    entry.notBefore = now + request.delayMs;
    if (request.ending.outcome === "failed") entry.failures += 1;
    if (request.ending.outcome === "deferred") entry.deferrals += 1;
    if (request.pause) this.#pause(request.pause, now);
    this.#laneOf(entry.lane).waiting.add(entry);
    return "taken";
  }

  async giveBack(attempt: AttemptRef, _ending: AttemptEnding): Promise<Taken> {
    const entry = this.#release(attempt);
    if (!entry) return "lost";
    entry.notBefore = 0;
    this.#laneOf(entry.lane).waiting.add(entry);
    return "taken";
  }

  async park(attempt: AttemptRef, _ending: AttemptEnding): Promise<Taken> {
    const entry = this.#release(attempt);
    if (!entry) return "lost";
    this.#entries.delete(entry.job.jobId);
    return "taken";
  }

  async nextDue(_queueName?: string, only: ClaimBounds = {}): Promise<number | undefined> {
    const now = this.#clock.monotonic();
    let soonest = Infinity;
    for (const lane of this.#lanes.values()) {
      if (this.#isFull(lane)) continue;
      const { at } = reserveAsk(lane.state, LANE_LIMITS, now);
      const opensAt = Math.max(lane.pausedUntil, at - now > TURN_AHEAD ? at : now);
      for (const entry of lane.waiting) {
        if (!this.#isTooLate(entry) && isClaimable(only, entry.job))
          soonest = Math.min(soonest, Math.max(opensAt, this.#dueAt(entry)));
      }
    }
    return soonest === Infinity ? undefined : Math.max(0, soonest - now);
  }

  async standings(): Promise<LaneStanding[]> {
    const now = this.#clock.monotonic();
    return [...this.#lanes].map(([lane, { waiting, running, pausedUntil, pauseReason, state }]) => {
      const { at } = reserveAsk(state, LANE_LIMITS, now);
      const opensAt = Math.max(pausedUntil, at - now > TURN_AHEAD ? at : now);
      const reason =
        pausedUntil >= opensAt ? pauseReason : state.breaker.openUntil === undefined ? "rate limit" : "breaker open";
      return {
        lane,
        waiting: waiting.size,
        running,
        ...(opensAt > now ? { wait: { forMs: opensAt - now, reason } } : {}),
      };
    });
  }

  onWake(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #laneOf(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known) return known;
    const lane: Lane = {
      state: FRESH_LANE,
      pausedUntil: 0,
      pauseReason: "",
      running: 0,
      servedAt: 0,
      waiting: new WaitingLine(),
    };
    this.#lanes.set(name, lane);
    return lane;
  }

  /**
   * The next job of the lane with the fewest under lease, so that a lane which hangs keeps no more than its share of the
   * slots; of equal lanes, of the one that was served longest ago.
   */
  #fairest(only: ClaimBounds): Entry | undefined {
    const lanes = [...this.#lanes.values()].sort(
      (one, other) => one.running - other.running || one.servedAt - other.servedAt,
    );
    for (const lane of lanes) {
      const entry = this.#next(lane, only);
      if (entry) return entry;
    }
    return undefined;
  }

  /** The lane's next job, if the lane may have one more under lease. */
  #next(lane: Lane, only: ClaimBounds): Entry | undefined {
    const now = this.#clock.monotonic();
    if (lane.pausedUntil > now || this.#isFull(lane)) return undefined;
    if (reserveAsk(lane.state, LANE_LIMITS, now).at - now > TURN_AHEAD) return undefined;
    for (const entry of lane.waiting) {
      if (this.#dueAt(entry) <= now && !this.#isTooLate(entry) && isClaimable(only, entry.job)) return entry;
    }
    return undefined;
  }

  #pause({ scope: { kind, id }, forMs, reason }: Pause, now: number): void {
    if (kind === "lane") {
      const lane = this.#laneOf(id);
      if (now + forMs > lane.pausedUntil) Object.assign(lane, { pausedUntil: now + forMs, pauseReason: reason });
    }
    if (kind === "location") {
      this.#restingLocations.set(id, Math.max(this.#restingLocations.get(id) ?? 0, now + forMs));
    }
  }

  /** When a job falls due, as far as its own waits and its location's rest say. */
  #dueAt({ notBefore, job }: Entry): number {
    return Math.max(notBefore, this.#restingLocations.get(job.locationId) ?? 0);
  }

  #isFull(lane: Lane): boolean {
    // Through an open breaker one job goes at a time: the probe.
    const slots = lane.state.breaker.openUntil === undefined ? (LANE_LIMITS.concurrency ?? Infinity) : 1;
    return lane.running >= slots;
  }

  /** Whether the job's deadline has passed: it stays where it is, and nothing is spent on it any more. */
  #isTooLate({ job }: Entry): boolean {
    return job.deadline !== undefined && this.#clock.now() >= job.deadline;
  }

  #lease(entry: Entry, workerId: string, leaseMs: number): ClaimedJob {
    const token = randomUUID();
    const lane = this.#laneOf(entry.lane);
    lane.waiting.delete(entry);
    lane.running += 1;
    lane.servedAt = ++this.#served;
    entry.attempts += 1;
    entry.lease = { token, workerId, until: this.#clock.monotonic() + leaseMs };
    this.#leased.set(token, entry);
    const { job, attempts, failures, deferrals } = entry;
    const { jobId } = job;
    return { job, jobId, lane: entry.lane, leaseToken: token, attempt: attempts, generation: 1, failures, deferrals };
  }

  /** Whether a lease is a worker's, and has not run out. */
  #isHeldBy(workerId: string, lease: Lease | undefined): lease is Lease {
    return lease?.workerId === workerId && lease.until > this.#clock.monotonic();
  }

  #held({ jobId, leaseToken }: AttemptRef): Entry | undefined {
    const entry = this.#leased.get(leaseToken);
    return entry?.job.jobId === jobId ? entry : undefined;
  }

  /** Ends the lease, if it is still the attempt's. */
  #release(attempt: AttemptRef, laneEvent?: LaneEvent): Entry | undefined {
    const entry = this.#held(attempt);
    if (!entry) return undefined;
    this.#leased.delete(attempt.leaseToken);
    const learnt = laneEvent ?? (entry.lease?.hadTurn ? "inconclusive" : undefined);
    delete entry.lease;
    const lane = this.#laneOf(entry.lane);
    lane.running -= 1;
    if (learnt) {
      lane.state = nextLaneState(lane.state, learnt, LANE_LIMITS, this.#clock.monotonic(), this.#random);
    }
    this.#tellWake();
    return entry;
  }

  /** Takes back the leases that have run out. */
  #reclaim(): void {
    const now = this.#clock.monotonic();
    for (const [leaseToken, entry] of this.#leased) {
      if (!entry.lease || entry.lease.until > now) continue;
      this.#release({ jobId: entry.job.jobId, leaseToken });
      this.#laneOf(entry.lane).waiting.add(entry);
    }
  }

  #tellWake(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isClaimable(only: ClaimBounds, job: Job): boolean {
  const { surfaceId, surface, credentialPool } = job;
  return isWithin(only, job, () => ({ adapter: surface?.adapter ?? surfaceId, credentialPool }));
}
