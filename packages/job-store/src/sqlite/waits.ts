import type { LaneStanding, Wait } from "@bentham/core";
import { type Group, groupOf, laneOpensAt, stopOf } from "./claim.ts";
import { limitsOf, readLane } from "./lanes.ts";
import { pauseOn } from "./pauses.ts";
import { livingIn } from "./reap.ts";
import { number, text } from "./row.ts";
import type { StoreContext } from "./store-context.ts";

/** Where the lanes stand in which jobs of a queue's unfinished runs are left. */
export function laneStandings(context: StoreContext, queueName: string): LaneStanding[] {
  const rows = context.database.rows(
    `SELECT t.run_id, t.lane, t.location_id, t.state, t.cells FROM run r JOIN tally t USING (run_id)
     WHERE r.queue_name = ? AND r.finished = 0 AND t.state IN ('waiting', 'leased') AND t.cells > 0 ORDER BY t.lane`,
    queueName,
  );
  return [...Map.groupBy(rows, (row) => text(row, "lane"))].map(([lane, rowsOfLane]) => {
    const waiting = rowsOfLane.filter(({ state }) => state === "waiting");
    const wait = waitOf(context, lane, waiting.map(groupOf));
    return {
      lane,
      waiting: waiting.reduce((sum, row) => sum + number(row, "cells"), 0),
      running: livingIn(context, lane),
      ...(wait ? { wait } : {}),
    };
  });
}

/** For how long nothing of a lane is claimed, and why; `groups` are its cells that wait. */
export function waitOf(context: StoreContext, lane: string, groups: readonly Group[]): Wait | undefined {
  const { database, now } = context;
  const time = now();
  const pause = pauseOn(database, time, "lane", lane);
  if (pause) return pause;
  const { state } = readLane(database, lane);
  const forMs = laneOpensAt(state, limitsOf(database, lane), time) - time;
  if (forMs > 0) return { forMs, reason: state.breaker.openUntil === undefined ? "rate limit" : "breaker open" };
  // Each of its groups may be stopped by itself; the lane waits for the first of them to go on.
  const waits = groups.map((group) => groupWait(context, group, time));
  return waits.length > 0 && waits.every((wait) => wait !== undefined)
    ? waits.reduce((first, wait) => (wait.forMs < first.forMs ? wait : first))
    : undefined;
}

function groupWait(context: StoreContext, { runId, locationId }: Group, time: number): Wait | undefined {
  switch (stopOf(context, runId)) {
    case "paused":
      return pauseOn(context.database, time, "run", runId);
    case "budget":
      return { forMs: Infinity, reason: "the budget is spent" };
    case "deadline":
      return { forMs: Infinity, reason: "the deadline has passed" };
    case undefined:
      return pauseOn(context.database, time, "location", locationId);
  }
}
