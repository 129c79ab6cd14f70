import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { type BenthamError, type Clock, isBenthamError } from "@bentham/core";
import { openSqliteStore } from "@bentham/job-store";
import { SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { resultOf } from "@bentham/testbed/contract";
import { expect, test } from "vitest";
import { storedRun } from "../support/stored-run.ts";

test("makes the file for its owner alone, and keeps what was in it", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    const first = await openSqliteStore({ path });
    await storedRun(first, 3);
    await first.close();
    await first.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await using second = await openSqliteStore({ path });
    expect(await second.ledger("study-1")).toMatchObject({ planned: 3, pending: 3 });
  });
});

test("leaves the lock to others while a plan is put in, however long its rows take", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using other = await openSqliteStore({ path });
    const claim = { queueName: "queue", workerId: "worker", limit: 1, leaseMs: 60_000 };
    let [passed, claims] = [0, 0];
    const slow: Clock = {
      now: () => Date.UTC(2026, 0, 1),
      monotonic: () => ++passed, // A row takes a millisecond.
      async sleep() {
        claims += (await other.claim(claim)).length;
      },
    };
    await using planner = await openSqliteStore({ path, clock: slow });
    await storedRun(
      {
        ...planner,
        async enqueue(runId, cells) {
          await other.update("beside", () => "somebody is there");
          await planner.enqueue(runId, cells);
        },
      },
      200,
    );
    expect(claims).toBeGreaterThanOrEqual(7); // Every 25 ms.
    expect(await other.ledger("study-1")).toMatchObject({ planned: 200, pending: 200 });
  });
});

test("refuses a file that is no database, and leaves it as it is", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    const content = "these are somebody's notes, and no database\n".repeat(200);
    writeFileSync(path, content);
    expect((await failureOf(openSqliteStore({ path }))).code).toBe("STORE_CORRUPT");
    expect(readFileSync(path, "utf8")).toBe(content);
  });
});

test("brings a store of the first version up to date, with all that is in it", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    const made = await openSqliteStore({ path });
    await storedRun(made, 3);
    const claim = { queueName: "queue", workerId: "worker", limit: 1, leaseMs: 60_000 };
    const [first] = await made.claim(claim);
    if (!first) throw new Error("three jobs were claimable");
    await made.beforeAsk(first);
    await made.settle(first, { result: resultOf(first) });
    await made.close();
    const database = new DatabaseSync(path);
    database.exec(`CREATE TRIGGER job_added AFTER INSERT ON job BEGIN SELECT 1; END;
      CREATE TRIGGER job_moved AFTER UPDATE OF state ON job BEGIN UPDATE tally SET cells = -1; END;
      ALTER TABLE run DROP COLUMN spent_nano; ALTER TABLE run DROP COLUMN refused;
      ALTER TABLE job DROP COLUMN turn_at; DROP TABLE inbox; DROP INDEX job_of_item; ALTER TABLE job DROP COLUMN item; ALTER TABLE job DROP COLUMN for_pool;
      CREATE TABLE attempt_1 (job_id TEXT NOT NULL, attempt INTEGER NOT NULL, generation INTEGER NOT NULL,
        worker_id TEXT NOT NULL, started_at REAL NOT NULL, asks INTEGER NOT NULL, ended_at REAL, outcome TEXT, code TEXT,
        message TEXT, bag_path TEXT, PRIMARY KEY (job_id, attempt)) STRICT, WITHOUT ROWID;
      INSERT INTO attempt_1 SELECT j.job_id, a.attempt, a.generation, a.worker_id, a.started_at, a.asks, a.ended_at,
        a.outcome, a.code, a.message, a.bag_path FROM attempt a JOIN job j ON j.seq = a.job_seq;
      DROP TABLE attempt; ALTER TABLE attempt_1 RENAME TO attempt;
      CREATE TABLE result_1 (seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, job_id TEXT NOT NULL,
        generation INTEGER NOT NULL, state TEXT NOT NULL, code TEXT, message TEXT, body TEXT NOT NULL,
        UNIQUE (job_id, generation)) STRICT;
      INSERT INTO result_1 SELECT r.seq, r.run_id, j.job_id, r.generation, r.state, r.code, r.message, r.body
        FROM result r JOIN job j ON j.seq = r.job_seq;
      DROP INDEX job_parked; DROP TABLE result; ALTER TABLE result_1 RENAME TO result; CREATE INDEX result_of_run ON result (run_id, seq);
      UPDATE run_plan SET plan = json_set(plan, '$.queries', json('[{"id":"q","text":"Why?"}]'));
      DROP TABLE plan; DROP TABLE question;
      ALTER TABLE run ADD COLUMN plan TEXT NOT NULL DEFAULT '';
      UPDATE run SET plan = (SELECT plan FROM run_plan p WHERE p.run_id = run.run_id); DROP TABLE run_plan;
      PRAGMA user_version = 1`);
    database.close();
    await using store = await openSqliteStore({ path });
    expect(await store.ledger("study-1")).toMatchObject({ planned: 3, answered: 1, pending: 2 });
    expect((await Array.fromAsync(store.results("study-1"))).map(({ jobId }) => jobId)).toEqual([first.jobId]);
    expect(await store.findRun("study-1")).toMatchObject({
      spentUsd: 0,
      budgetReached: false,
      plan: { queries: [{ id: "q", text: "Why?" }] },
    });
    const [job] = await store.claim(claim);
    expect(job?.job.query).toBe("Why?");
    expect(job && (await store.beforeAsk(job))).toEqual({ kind: "go" });
    if (job) await store.park(job, { outcome: "parked", code: "CHALLENGE", message: "a challenge" });
    expect(await store.inboxItems()).toMatchObject([{ code: "CHALLENGE", cells: 1 }]);
  });
});

test("refuses a store of a newer version", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 999");
    database.close();
    const failure = await failureOf(openSqliteStore({ path }));
    expect([failure.code, failure.message]).toEqual(["STORE_UNAVAILABLE", expect.stringContaining("newer")]);
  });
});

test("says so when the folder is not there, or is one instead of a file", async () => {
  await withTemporaryFolder(async (folder) => {
    expect((await failureOf(openSqliteStore({ path: join(folder, "nowhere", "bentham.db") }))).code).toBe(
      "STORE_UNAVAILABLE",
    );
    expect((await failureOf(openSqliteStore({ path: folder }))).code).toBe("STORE_UNAVAILABLE");
  });
});

test("says so when the system lets nobody open the file, for whatever reason", async () => {
  await withTemporaryFolder(async (folder) => {
    writeFileSync(join(folder, "file"), "");
    symlinkSync("loop", join(folder, "loop"));
    for (const [name, reason] of [
      [join("file", "bentham.db"), "ENOTDIR"],
      ["loop", "ELOOP"],
      ["x".repeat(300), "ENAMETOOLONG"],
    ] as const) {
      const failure = await failureOf(openSqliteStore({ path: join(folder, name) }));
      expect([failure.code, failure.message]).toEqual(["STORE_UNAVAILABLE", expect.stringContaining(reason)]);
    }
  });
});

test.skipIf(process.getuid?.() === 0)("says so when the folder cannot be written", async () => {
  await withTemporaryFolder(async (folder) => {
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect((await failureOf(openSqliteStore({ path: join(closed, "bentham.db") }))).code).toBe("STORE_UNAVAILABLE");
  });
});

test("waits for another program's lock without stopping the event loop, and then says who to ask", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    const clock = new SimulatedClock();
    await using store = await openSqliteStore({ path, clock });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const writing = failureOf(store.log("study-1", "event", {}));
    for (let second = 0; second < 31; second++) await clock.advance(1000);
    const failure = await writing;
    expect([failure.code, failure.message]).toEqual(["STORE_UNAVAILABLE", expect.stringContaining("locked")]);
    other.exec("ROLLBACK");
    other.close();
    await store.log("study-1", "event", {});
  });
});

test("undoes a write that fails, and none of its neighbours", async () => {
  await withTemporaryFolder(async (folder) => {
    await using store = await openSqliteStore({ path: join(folder, "bentham.db") });
    const writes = await Promise.allSettled([
      store.update("a", () => 1),
      store.update("b", () => {
        throw new Error("this one fails");
      }),
      store.update("c", () => 3),
    ]);
    expect(writes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect([await store.read("a"), await store.read("b"), await store.read("c")]).toEqual([1, undefined, 3]);
  });
});

test("finds waiting and leased jobs by an index, however many there are", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using store = await openSqliteStore({ path });
    await storedRun(store, 2000);
    const database = new DatabaseSync(path);
    const planOf = (sql: string): string =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => String(detail))
        .join("; ");
    const waiting = `SELECT * FROM job WHERE state = 'waiting' AND run_id = 'r' AND lane = 'l' AND location_id = 'd'
      AND not_before <= 1 ORDER BY not_before, seq LIMIT 1`;
    expect(planOf(waiting)).toMatch(
      /^SEARCH job USING INDEX job_waiting \(run_id=\? AND lane=\? AND location_id=\? AND not_before<\?\)$/,
    );
    const leased = "SELECT COUNT(*) FROM job WHERE state = 'leased' AND lane = 'l'";
    expect(planOf(leased)).toMatch(/INDEX job_leased/);
    expect(planOf("SELECT 1 FROM job WHERE state = 'leased' AND lease_until < 1 LIMIT 1")).toMatch(/INDEX job_leased/);
    database.close();
  });
});

async function failureOf(promise: Promise<unknown>): Promise<BenthamError> {
  try {
    await promise;
  } catch (error) {
    if (isBenthamError(error)) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
