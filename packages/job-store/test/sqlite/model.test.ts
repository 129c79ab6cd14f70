import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type ClaimedJob, type Ledger, seededRandom } from "@bentham/core";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { resultOf } from "@bentham/testbed/contract";
import { assert as assertProperty, asyncProperty, constantFrom, array, integer, record } from "fast-check";
import { expect, test } from "vitest";
import { storedRun } from "../support/stored-run.ts";

const CELLS = 12;
const RUN = "study-1";

/** One thing that workers, people or time do. */
const step = record({
  what: constantFrom(
    "claim",
    "ask",
    "settle",
    "fail",
    "defer",
    "give back",
    "park",
    "advance",
    "cancel",
    "retry",
    "reap",
    "renew",
  ),
  /** Which of the attempts that were ever claimed it is about: also those whose lease is long gone. */
  which: integer({ min: 0, max: 30 }),
});

test("in whatever order things happen, the ledger adds up and each ended cell has one current result", async () => {
  await withTemporaryFolder(async (folder) => {
    let number = 0;
    await assertProperty(
      asyncProperty(array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const clock = new SimulatedClock();
        const path = join(folder, `${number++}.db`);
        await using store = await openSqliteStore({
          path,
          clock,
          random: seededRandom("model"),
          time: { bootId: "simulated", monotonic: () => clock.monotonic(), wall: () => clock.now() },
        });
        await storedRun(store, CELLS);
        const attempts: ClaimedJob[] = [];
        const taken = new Map<string, number>();
        expect(await store.ledger(RUN)).toMatchObject({ planned: CELLS, pending: CELLS });
        for (const { what, which } of steps) {
          await take(store, clock, what, attempts, which, taken);
          await checkInvariants(store, attempts);
        }
        checkTally(path);
      }),
      { numRuns: 60 },
    );
  });
}, 120_000);

async function take(
  store: SqliteStore,
  clock: SimulatedClock,
  what: string,
  attempts: ClaimedJob[],
  which: number,
  taken: Map<string, number>,
): Promise<void> {
  const failed = { outcome: "failed", code: "TIMEOUT", message: "no answer" } as const;
  const attempt = attempts[which % Math.max(1, attempts.length)];
  switch (what) {
    case "claim":
      attempts.push(...(await store.claim({ queueName: "queue", workerId: "worker", limit: 3, leaseMs: 1000 })));
      return;
    case "advance":
      return clock.advance(which * 100);
    case "cancel":
      return void (which === 0 && (await store.cancel(RUN)));
    case "retry":
      return void (await store.retry(RUN, { states: ["failed", "cancelled", "parked"] }));
    case "reap":
      return void (await store.reap());
    case "renew":
      return void (await store.renew("worker", 1000));
  }
  if (!attempt) return;
  const count = (write: "taken" | "lost"): void => {
    if (write === "taken") taken.set(attempt.leaseToken, (taken.get(attempt.leaseToken) ?? 0) + 1);
    // An attempt ends once, however often its worker says so.
    expect(taken.get(attempt.leaseToken) ?? 0).toBeLessThanOrEqual(1);
  };
  switch (what) {
    case "ask":
      return void (await store.beforeAsk(attempt));
    case "settle":
      return count(await store.settle(attempt, { result: resultOf(attempt), laneEvent: "healthy" }));
    case "fail":
      return count(await store.later(attempt, { ending: failed, delayMs: 500, laneEvent: "unhealthy" }));
    case "defer":
      return count(await store.later(attempt, { ending: { ...failed, outcome: "deferred" }, delayMs: 500 }));
    case "give back":
      return count(await store.giveBack(attempt, { ...failed, outcome: "interrupted" }));
    case "park":
      return count(await store.park(attempt, { ...failed, outcome: "parked" }));
  }
}

async function checkInvariants(store: SqliteStore, attempts: readonly ClaimedJob[]): Promise<void> {
  const ledger = await store.ledger(RUN);
  const { planned, ...states } = ledger;
  expect(planned).toBe(CELLS);
  expect(Object.values(states).reduce((sum, cells) => sum + cells, 0)).toBe(planned);
  expect(Object.values(states).every((cells) => cells >= 0)).toBe(true);
  const results = await Array.fromAsync(store.results(RUN));
  expect(new Set(results.map(({ jobId }) => jobId)).size).toBe(results.length);
  expect(results.length).toBe(endedOf(ledger));
  const held = await store.held("worker");
  const holders = attempts.filter(({ leaseToken }) => held.has(leaseToken)).map(({ jobId }) => jobId);
  expect(new Set(holders).size).toBe(holders.length);
}

/** The table tally counts what the table job holds. */
function checkTally(path: string): void {
  using database = new DatabaseSync(path, { readOnly: true });
  const cells = "run_id, lane, location_id, state";
  const counted = database.prepare(`SELECT ${cells}, COUNT(*) AS cells FROM job GROUP BY ${cells} ORDER BY ${cells}`);
  const kept = database.prepare(`SELECT * FROM tally WHERE cells <> 0 ORDER BY ${cells}`);
  expect(kept.all()).toEqual(counted.all());
}

function endedOf({ planned, pending, parked }: Ledger): number {
  return planned - pending - parked;
}
