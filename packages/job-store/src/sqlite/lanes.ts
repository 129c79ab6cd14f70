import { FRESH_LANE, type LaneEvent, type LaneLimits, type LaneState, nextLaneState } from "@bentham/core";
import type { Database } from "./database.ts";
import { Kept } from "./kept.ts";
import { number, optionalNumber, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** Slots of a lane that nobody has set any for. */
const DEFAULT_CONCURRENCY = 8;

const limits = new Kept<LaneLimits & { readonly concurrency: number }>();

/** What a lane may do: where several unfinished runs use it, the strictest of what they say. */
export function limitsOf(database: Database, lane: string): LaneLimits & { readonly concurrency: number } {
  return limits.get(database, lane, () => readLimits(database, lane));
}

function readLimits(database: Database, lane: string): LaneLimits & { readonly concurrency: number } {
  const row = database.row(
    `SELECT MIN(l.concurrency) AS concurrency, MIN(l.per_minute) AS per_minute
     FROM run_lane l JOIN run r USING (run_id) WHERE l.lane = ? AND r.finished = 0`,
    lane,
  );
  const perMinute = row && optionalNumber(row, "per_minute");
  return {
    concurrency: (row && optionalNumber(row, "concurrency")) ?? DEFAULT_CONCURRENCY,
    ...(perMinute === undefined ? {} : { perMinute }),
  };
}

interface KnownLane {
  readonly state: LaneState;
  /** The state as it is written. */
  readonly json: string;
  /** When it was last served, as a number that grows with every job handed out. */
  readonly served: number;
}

const lanes = new Kept<KnownLane>();

/** What is known of a lane. */
export function readLane(database: Database, lane: string): KnownLane {
  return lanes.get(database, lane, () => {
    const row = database.row("SELECT state, served FROM lane WHERE lane = ?", lane);
    const json = row ? text(row, "state") : JSON.stringify(FRESH_LANE);
    return { state: JSON.parse(json), json, served: row ? number(row, "served") : 0 };
  });
}

const latest = new Kept<{ readonly served: number }>();

/** The highest number under which a lane was served. */
export function latestServed(database: Database): number {
  return latest.get(database, "", () => {
    const row = database.row("SELECT MAX(served) AS latest FROM lane");
    return { served: (row && optionalNumber(row, "latest")) ?? 0 };
  }).served;
}

/** Keeps what is known of a lane. Runs inside a transaction. */
export function writeLane(
  database: Database,
  lane: string,
  change: Partial<Pick<KnownLane, "state" | "served">>,
): void {
  const known = readLane(database, lane);
  const { state = known.state, served = known.served } = change;
  const json = change.state ? JSON.stringify(state) : known.json;
  if (json === known.json && served === known.served) return;
  database.change(
    `INSERT INTO lane (lane, state, served) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, served = excluded.served`,
    lane,
    json,
    served,
  );
  lanes.set(database, lane, { state, json, served });
  if (served > latestServed(database)) latest.set(database, "", { served });
}

/** Lets a lane learn from the end of an attempt. */
export function teachLane(context: StoreContext, lane: string, event: LaneEvent): void {
  const { database, now, random } = context;
  const { state } = readLane(database, lane);
  const next = nextLaneState(state, event, limitsOf(database, lane), now(), random);
  if (next !== state) writeLane(database, lane, { state: next });
}
