import { randomUUID } from "node:crypto";
import {
  type AskedSurface,
  type ClaimBounds,
  type ClaimedJob,
  type ClaimRequest,
  isWithin,
  type LaneLimits,
  type LaneState,
  reserveAsk,
} from "@bentham/core";
import { Kept } from "./kept.ts";
import { latestServed, limitsOf, readLane, writeLane } from "./lanes.ts";
import { keepLeased } from "./leased-jobs.ts";
import { pauseOn } from "./pauses.ts";
import { number, optionalNumber, type Row, text } from "./row.ts";
import { isBudgetReached } from "./run-cache.ts";
import type { StoreContext } from "./store-context.ts";

/** How far ahead of its token a job may be claimed, in milliseconds. */
const CLAIM_AHEAD = 1000;

/** Crashes after which a job is not tried again. */
export const MOST_CRASHES = 3;

/** The cells of one run, lane and location that wait. */
export interface Group {
  readonly runId: string;
  readonly locationId: string;
}

interface OpenLane {
  readonly lane: string;
  readonly groups: Group[];
  /** Grows with every job handed out; the lane with the least has waited longest. */
  served: number;
  /** Jobs of it under lease. */
  running: number;
  /** How many jobs of it may still be handed out. */
  free: number;
  /** Jobs of it that have been read and are to be handed out next. */
  due: Row[];
}

/**
 * Leases jobs that are due, a job at a time to the lane that has the fewest under way, and among equals to the one that
 * has waited longest: so a lane that hangs, or has a million jobs, takes from no other. Runs inside a transaction.
 */
export function claimJobs(context: StoreContext, request: ClaimRequest): ClaimedJob[] {
  const { database, now } = context;
  const claimed: ClaimedJob[] = [];
  const served = new Set<OpenLane>();
  let servings = latestServed(database);
  let open = openLanes(context, request.queueName, request.only);
  let most = open.length > 0 ? mostCrashes(context) : MOST_CRASHES;
  for (let lane = nextLane(open); lane && claimed.length < request.limit; lane = nextLane(open)) {
    if (lane.free > 0 && lane.due.length === 0) {
      const share = Math.min(lane.free, Math.ceil((request.limit - claimed.length) / open.length));
      lane.due = dueIn(context, lane, now(), most, share);
    }
    const row = lane.free > 0 ? lane.due.shift() : undefined;
    if (!row) {
      open = open.filter((other) => other !== lane);
      continue;
    }
    if (number(row, "crashes") === MOST_CRASHES - 1) {
      most = MOST_CRASHES - 2;
      noSuspect.delete(database, "");
      for (const other of open) other.due = []; // They were read before it was under lease.
    }
    servings += 1;
    lane.free -= 1;
    lane.running += 1;
    lane.served = servings;
    served.add(lane);
    claimed.push(lease(context, row, request));
  }
  for (const lane of served) writeLane(database, lane.lane, { served: lane.served });
  return claimed;
}

function nextLane(lanes: readonly OpenLane[]): OpenLane | undefined {
  let next: OpenLane | undefined;
  for (const lane of lanes) {
    if (!next || lane.running < next.running || (lane.running === next.running && lane.served < next.served))
      next = lane;
  }
  return next;
}

/** In how many milliseconds a waiting job falls due; undefined when none waits for a time alone. */
export function msUntilDue(context: StoreContext, queueName: string, only?: ClaimBounds): number | undefined {
  const { database, now } = context;
  const time = now();
  const most = mostCrashes(context);
  let soonest = Infinity;
  for (const { lane, groups } of groupsByLane(context, queueName, only)) {
    const { state } = readLane(database, lane);
    const opens = Math.max(
      time + (pauseOn(database, time, "lane", lane)?.forMs ?? 0),
      laneOpensAt(state, limitsOf(database, lane), time),
    );
    // It is open, but what is under way has its slots, its tokens or the probe: whoever ends there wakes the worker.
    if (opens <= time && freeSlots(context, lane, state, runningIn(context, lane), time) <= 0) continue;
    for (const { runId, locationId } of groups) {
      const row = database.row(
        `SELECT MIN(not_before) AS due FROM job
         WHERE state = 'waiting' AND run_id = ? AND lane = ? AND location_id = ? AND crashes <= ?`,
        runId,
        lane,
        locationId,
        most,
      );
      const due = row && optionalNumber(row, "due");
      const place = pauseOn(database, time, "location", locationId)?.forMs ?? 0;
      if (due !== undefined) soonest = Math.min(soonest, Math.max(due, opens, time + place));
    }
  }
  return soonest === Infinity ? undefined : Math.max(0, soonest - time);
}

/** Jobs of a lane under lease now. */
function runningIn(context: StoreContext, lane: string): number {
  const row = context.database.row("SELECT COUNT(*) AS jobs FROM job WHERE state = 'leased' AND lane = ?", lane);
  return row ? number(row, "jobs") : 0;
}

/** When the lane may ask again, leaving out its pauses. */
export function laneOpensAt(state: LaneState, limits: LaneLimits, now: number): number {
  const { at } = reserveAsk(state, limits, now);
  return at <= now + CLAIM_AHEAD ? now : at;
}

function openLanes(context: StoreContext, queueName: string, only: ClaimBounds | undefined): OpenLane[] {
  const { database, now } = context;
  const time = now();
  return groupsByLane(context, queueName, only).flatMap(({ lane, groups }) => {
    if (pauseOn(database, time, "lane", lane)) return [];
    const open = groups.filter(({ locationId }) => !pauseOn(database, time, "location", locationId));
    const { state, served } = readLane(database, lane);
    const running = runningIn(context, lane);
    const free = freeSlots(context, lane, state, running, time);
    return open.length === 0 || free <= 0 ? [] : [{ lane, groups: open, served, running, free, due: [] }];
  });
}

/** Jobs that a lane can take on now: as its slots allow, and as tokens fall due within the next second. */
function freeSlots(context: StoreContext, lane: string, state: LaneState, running: number, now: number): number {
  const limits = limitsOf(context.database, lane);
  const slots = limits.concurrency - running;
  if (slots <= 0) return 0;
  // Through a breaker that is open one probe goes at a time.
  if (state.breaker.openUntil !== undefined) {
    return slots === limits.concurrency && laneOpensAt(state, limits, now) === now ? 1 : 0;
  }
  if (!state.limiter && limits.perMinute === undefined) return slots;
  const unasked = context.database.row(
    "SELECT COUNT(*) AS jobs FROM job WHERE state = 'leased' AND lane = ? AND asks = 0 AND turn_at IS NULL",
    lane,
  );
  let tokens = 0;
  for (let ahead = state; tokens < slots + number(unasked ?? {}, "jobs"); tokens++) {
    const reserved = reserveAsk(ahead, limits, now);
    if (reserved.at > now + CLAIM_AHEAD) break;
    ahead = reserved.lane;
  }
  return Math.min(slots, tokens - number(unasked ?? {}, "jobs"));
}

/** The lanes in which jobs of runs that go on are waiting, within the bounds. */
function groupsByLane(
  context: StoreContext,
  queueName: string,
  only: ClaimBounds = {},
): { readonly lane: string; readonly groups: Group[] }[] {
  const { database, tally } = context;
  const lanes = new Map<string, Group[]>();
  tally.write();
  const rows = database.rows(
    `SELECT t.run_id, t.lane, t.location_id FROM run r JOIN tally t USING (run_id)
     WHERE r.queue_name = ? AND r.finished = 0 AND t.state = 'waiting' AND t.cells > 0`,
    queueName,
  );
  const goesOn = new Map<string, boolean>();
  for (const row of rows) {
    const [runId, lane] = [text(row, "run_id"), text(row, "lane")];
    if (!isWithin(only, groupOf(row), () => askedIn(context, runId, lane))) continue;
    if (!goesOn.has(runId)) goesOn.set(runId, stopOf(context, runId) === undefined);
    if (!goesOn.get(runId)) continue;
    const groups = lanes.get(lane) ?? [];
    lanes.set(lane, groups);
    groups.push(groupOf(row));
  }
  return [...lanes].map(([lane, groups]) => ({ lane, groups }));
}

/** How a lane of a run asks its surface; undefined when the run's plan has not what its cells name. */
function askedIn({ runs }: StoreContext, runId: string, lane: string): AskedSurface | undefined {
  const surface = runs.terms(runId).surfacesByLane.get(lane);
  return surface && { adapter: surface.settings.adapter ?? surface.id, credentialPool: surface.credentialPool };
}

/** The group that a row of the table tally counts. */
export function groupOf(row: Row): Group {
  return { runId: text(row, "run_id"), locationId: text(row, "location_id") };
}

/** Why nothing more of a run may be asked now; undefined when it goes on. */
export function stopOf(context: StoreContext, runId: string): "paused" | "budget" | "deadline" | undefined {
  const { database, clock, now, runs, askCount } = context;
  const { settings } = runs.terms(runId);
  if (settings.deadline !== undefined && clock.now() >= settings.deadline) return "deadline";
  if (settings.budgetCalls !== undefined || settings.budgetUsd !== undefined) {
    askCount.write();
    const row = database.row("SELECT asks, spent_nano, refused FROM run WHERE run_id = ?", runId);
    if (row && isBudgetReached(row, settings)) return "budget";
  }
  return pauseOn(database, now(), "run", runId) ? "paused" : undefined;
}

/** There while no job under lease is one crash from being given up. */
const noSuspect = new Kept<object>();

/**
 * Most crashes that a job may have to be claimed now. One crash from being given up, jobs are run one at a time: whatever
 * else was in hand at the crashes that one of them brings about must not be given up with it.
 */
function mostCrashes({ database }: StoreContext): number {
  if (noSuspect.known(database, "")) return MOST_CRASHES;
  const suspect = database.row("SELECT 1 FROM job WHERE state = 'leased' AND crashes >= ? LIMIT 1", MOST_CRASHES - 1);
  if (suspect) return MOST_CRASHES - 2;
  if (database.isInTransaction) noSuspect.set(database, "", {});
  return MOST_CRASHES;
}

/** What a claim reads of a job. */
const CLAIMED_COLUMNS =
  "seq, job_id, run_id, query_id, surface_id, location_id, repeat, lane, not_before, generation, attempts, failures, " +
  "deferrals, crashes";

/** So many jobs of the lane that are due, those that have been so for longest first. */
function dueIn(context: StoreContext, { lane, groups }: OpenLane, now: number, most: number, limit: number): Row[] {
  const rows = groups.flatMap(({ runId, locationId }) =>
    context.database.rows(
      `SELECT ${CLAIMED_COLUMNS} FROM job WHERE state = 'waiting' AND run_id = ? AND lane = ? AND location_id = ?
         AND not_before <= ? AND crashes <= ? ORDER BY not_before, seq LIMIT ?`,
      runId,
      lane,
      locationId,
      now,
      most,
      limit,
    ),
  );
  return groups.length === 1 ? rows : rows.sort(byDue).slice(0, limit);
}

function byDue(one: Row, other: Row): number {
  return number(one, "not_before") - number(other, "not_before") || number(one, "seq") - number(other, "seq");
}

function lease(context: StoreContext, row: Row, { workerId, leaseMs }: ClaimRequest): ClaimedJob {
  const { database, now, runs, tally } = context;
  const [leaseToken, leaseUntil] = [randomUUID(), now() + leaseMs];
  tally.move(row, "waiting", "leased");
  const [jobId, attempt, generation] = [text(row, "job_id"), number(row, "attempts") + 1, number(row, "generation")];
  database.change(
    `UPDATE job SET state = 'leased', attempts = ?, asks = 0, turn_at = NULL, lease_token = ?, lease_until = ?, worker_id = ?
     WHERE seq = ?`,
    attempt,
    leaseToken,
    leaseUntil,
    workerId,
    number(row, "seq"),
  );
  keepLeased(database, leaseToken, {
    seq: row["seq"],
    job_id: jobId,
    state: "leased",
    run_id: row["run_id"],
    query_id: row["query_id"],
    surface_id: row["surface_id"],
    location_id: row["location_id"],
    lane: row["lane"],
    generation,
    attempts: attempt,
    asks: 0,
    turn_at: null,
    lease_until: leaseUntil,
  });
  database.change(
    `INSERT INTO attempt (job_seq, attempt, generation, worker_id, started_at, asks) VALUES (?, ?, ?, ?, ?, 0)`,
    number(row, "seq"),
    attempt,
    generation,
    workerId,
    now(),
  );
  return {
    job: runs.job(row),
    jobId,
    leaseToken,
    lane: text(row, "lane"),
    attempt,
    generation,
    failures: number(row, "failures"),
    deferrals: number(row, "deferrals"),
  };
}
