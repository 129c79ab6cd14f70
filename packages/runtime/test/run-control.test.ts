import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ClaimedJob, Run } from "@bentham/core";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { conductRun, loadStudy, type PlannedStudy, planStudy, type RunEnding, startRun } from "@bentham/orchestrator";
import { SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { resultOf } from "@bentham/testbed/contract";
import { describe, expect, test } from "vitest";

const QUEUE = "queue";

/** A store on a clock that the test moves, and a folder that both live in. */
interface Bench {
  readonly store: SqliteStore;
  readonly clock: SimulatedClock;
  readonly folder: string;
  /** Plans a study of `queries` questions. */
  readonly plan: (queries: number, more?: string) => Promise<PlannedStudy>;
}

async function withBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const clock = new SimulatedClock();
    await using store = await openSqliteStore({
      path: join(folder, "bentham.db"),
      clock,
      time: { bootId: "simulated", monotonic: () => clock.monotonic(), wall: () => clock.now() },
    });
    const plan = async (queries: number, more = ""): Promise<PlannedStudy> => {
      const lines = Array.from({ length: queries }, (_, index) => `{"id":"q${index}","text":"Why ${index}?"}\n`);
      await writeFile(join(folder, "q.jsonl"), lines.join(""));
      await writeFile(
        join(folder, "study.yaml"),
        `name: brand\nqueries: { file: q.jsonl }\nsurfaces: [{ id: a, model: m }]\n${more}`,
      );
      return planStudy(await loadStudy(join(folder, "study.yaml")), { surfaces: [{ name: "a" }] });
    };
    await use({ store, clock, folder, plan });
  });
}

async function started({ store }: Bench, planned: PlannedStudy): Promise<Run> {
  return (await startRun(store, planned, { queueName: QUEUE })).run;
}

async function claim(store: SqliteStore, limit = 100): Promise<ClaimedJob[]> {
  return store.claim({ queueName: QUEUE, workerId: "worker", limit, leaseMs: 60_000 });
}

/** Asks and answers jobs. */
async function answer(store: SqliteStore, jobs: readonly ClaimedJob[]): Promise<void> {
  for (const claimed of jobs) {
    expect((await store.beforeAsk(claimed)).kind).toBe("go");
    expect(await store.settle(claimed, { result: resultOf(claimed) })).toBe("taken");
  }
}

/** Conducts a run, letting the clock go on until it ends. */
async function conducted({ store, clock }: Bench, runId: string): Promise<RunEnding> {
  const endings: RunEnding[] = [];
  const conducting = conductRun(store, runId, { clock }).then((ending) => endings.push(ending));
  for (let turn = 0; turn < 1000 && endings.length === 0; turn++) await clock.advance(250);
  await conducting;
  const [ending] = endings;
  if (!ending) throw new Error("the run was conducted without an end");
  return ending;
}

/** Lets a run be looked at a few times, and tells whether it is still being conducted. */
async function goesOn({ store, clock }: Bench, runId: string): Promise<boolean> {
  const stop = new AbortController();
  let looks = 0;
  const conducting = conductRun(store, runId, { clock, signal: stop.signal, onProgress: () => void (looks += 1) });
  for (let turn = 0; turn < 4; turn++) await clock.advance(250);
  stop.abort();
  await conducting;
  return looks > 2;
}

describe("starting a run", () => {
  test("enqueues every cell, a thousand at a time, and says so", async () => {
    await withBench(async ({ store, plan }) => {
      const told: [number, number][] = [];
      const planned = await plan(2100);
      const { kind, run } = await startRun(store, planned, {
        queueName: QUEUE,
        onProgress: (enqueued, of) => told.push([enqueued, of]),
      });
      expect([kind, run.runId, run.enqueued]).toEqual(["created", "brand-1", true]);
      expect(told).toEqual([
        [1000, 2100],
        [2000, 2100],
        [2100, 2100],
      ]);
      expect((await store.lanes(run.runId)).map(({ ledger }) => ledger.pending)).toEqual([2100]);
      expect((await store.findRun(run.runId))?.enqueued).toBe(true);
    });
  });

  test("completes a run that was stopped while it was being enqueued", async () => {
    await withBench(async ({ store, plan }) => {
      const planned = await plan(2100);
      const stop = new AbortController();
      const reason = new Error("killed");
      const starting = startRun(store, planned, {
        queueName: QUEUE,
        signal: stop.signal,
        onProgress: () => stop.abort(reason),
      });
      await expect(starting).rejects.toBe(reason);
      expect((await store.findRun("brand-1"))?.enqueued).toBe(false);
      expect((await store.lanes("brand-1")).map(({ ledger }) => ledger.pending)).toEqual([1000]);
      expect((await store.ledger("brand-1")).pending).toBe(2100);
      const { kind, run } = await startRun(store, planned, { queueName: QUEUE });
      expect([kind, run.enqueued]).toEqual(["continued", true]);
      expect((await store.lanes("brand-1")).map(({ ledger }) => ledger.pending)).toEqual([2100]);
    });
  });

  test("makes one run of two starts at once", async () => {
    await withBench(async ({ store, plan }) => {
      const planned = await plan(1500);
      const both = await Promise.all([1, 2].map(() => startRun(store, planned, { queueName: QUEUE })));
      expect(both.map(({ kind }) => kind).toSorted()).toEqual(["continued", "created"]);
      expect(both.map(({ run }) => run.runId)).toEqual(["brand-1", "brand-1"]);
      expect((await store.lanes("brand-1")).map(({ ledger }) => ledger.pending)).toEqual([1500]);
    });
  });

  test("lets others run while it plans and enqueues", async () => {
    await withBench(async ({ store, plan }) => {
      const planned = await plan(5000);
      let turns = 0;
      let isDone = false;
      const count = (): void => {
        turns += 1;
        if (!isDone) setImmediate(count);
      };
      setImmediate(count);
      await startRun(store, planned, { queueName: QUEUE });
      isDone = true;
      expect(turns).toBeGreaterThanOrEqual(5);
    });
  });

  test("shows how a changed study differs, and sends nothing", async () => {
    await withBench(async (bench) => {
      const { store, plan } = bench;
      await started(bench, await plan(2));
      const { kind, run, difference } = await startRun(store, await plan(3, "repeats: 2\n"), { queueName: QUEUE });
      expect([kind, run.planned, difference]).toEqual(["changed", 2, ["queries added: 1 (q2)", "repeats: 1 -> 2"]]);
      expect((await store.runs()).length).toBe(1);
      const next = await startRun(store, await plan(3, "repeats: 2\n"), { queueName: QUEUE, startNew: true });
      expect([next.kind, next.run.runId]).toEqual(["created", "brand-2"]);
    });
  });

  test("never repeats a run that has ended", async () => {
    await withBench(async (bench) => {
      const { store, plan } = bench;
      const planned = await plan(2);
      await started(bench, planned);
      await answer(store, await claim(store));
      await conducted(bench, "brand-1");
      const { kind, run } = await startRun(store, planned, { queueName: QUEUE });
      expect([kind, run.runId]).toEqual(["finished", "brand-1"]);
      expect(await claim(store)).toEqual([]);
    });
  });

  test("logs settings that changed, and nothing where none did", async () => {
    await withBench(async (bench) => {
      await started(bench, await bench.plan(2, "budget: { calls: 1 }\n"));
      await started(bench, await bench.plan(2, "budget: { calls: 1 }\n"));
      await started(bench, await bench.plan(2, "budget: { calls: 7 }\nlimits: { a: { perMinute: 5 } }\n"));
      using database = new DatabaseSync(join(bench.folder, "bentham.db"), { readOnly: true });
      const rows = database.prepare("SELECT event, detail FROM run_log").all();
      expect(rows.map(({ event, detail }) => [event, JSON.parse(String(detail))])).toEqual([
        [
          "settings changed",
          {
            before: { limits: {}, retry: {}, budgetCalls: 1, onUncertain: "repeat" },
            after: { limits: { a: { perMinute: 5 } }, retry: {}, budgetCalls: 7, onUncertain: "repeat" },
          },
        ],
      ]);
    });
  });
});

describe("conducting a run", () => {
  test("ends when every cell has, and marks the run", async () => {
    await withBench(async (bench) => {
      const { store, plan } = bench;
      const { runId } = await started(bench, await plan(3));
      expect(await goesOn(bench, runId)).toBe(true);
      await answer(store, await claim(store));
      const { conditions, ledger, run, reasons } = await conducted(bench, runId);
      expect([...conditions]).toEqual([]);
      expect([ledger.answered, run.finished, reasons]).toEqual([3, true, []]);
      expect((await store.findRun(runId))?.finished).toBe(true);
    });
  });

  test("ends when all that is left waits for a person, and does not call the run ended", async () => {
    await withBench(async (bench) => {
      const { store, plan } = bench;
      const { runId } = await started(bench, await plan(2));
      const [first, ...rest] = await claim(store);
      await answer(store, rest);
      if (first) await store.park(first, { outcome: "parked", code: "CHALLENGE", message: "a challenge" });
      const { conditions, run, reasons } = await conducted(bench, runId);
      expect([...conditions]).toEqual(["parked cells"]);
      expect(run.finished).toBe(false);
      expect(reasons).toEqual([{ state: "parked", code: "CHALLENGE", cells: 1, example: "a challenge" }]);
    });
  });

  test("ends at the budget, once what runs has ended", async () => {
    await withBench(async (bench) => {
      const { store, plan } = bench;
      const { runId } = await started(bench, await plan(3, "budget: { calls: 2 }\n"));
      const jobs = await claim(store, 2);
      await answer(store, jobs.slice(0, 1));
      expect(await goesOn(bench, runId)).toBe(true);
      await answer(store, jobs.slice(1));
      const { conditions, ledger } = await conducted(bench, runId);
      expect([...conditions]).toEqual(["budget reached"]);
      expect([ledger.answered, ledger.pending]).toEqual([2, 1]);
    });
  });

  test("ends at the deadline", async () => {
    await withBench(async (bench) => {
      const { clock, plan } = bench;
      const deadline = new Date(clock.now() + 60_000).toISOString();
      const { runId } = await started(bench, await plan(3, `deadline: ${deadline}\n`));
      expect(await goesOn(bench, runId)).toBe(true);
      const { conditions, ledger } = await conducted(bench, runId);
      expect([...conditions]).toEqual(["deadline passed"]);
      expect(ledger.pending).toBe(3);
      expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000);
    });
  });

  test("ends when its lanes are paused until somebody resumes them, and not when they rest for a while", async () => {
    await withBench(async (bench) => {
      const { store, plan } = bench;
      const { runId } = await started(bench, await plan(3));
      await store.pause({ scope: { kind: "lane", id: "a" }, forMs: 60_000, reason: "429" });
      expect(await goesOn(bench, runId)).toBe(true);
      await store.pause({ scope: { kind: "lane", id: "a" }, forMs: Infinity, reason: "credential refused" });
      const { conditions } = await conducted(bench, runId);
      expect([...conditions]).toEqual(["paused"]);
      await store.resume({ kind: "lane", id: "a" });
      expect(await goesOn(bench, runId)).toBe(true);
    });
  });

  test("stops at once when told to, and leaves the run resumable", async () => {
    await withBench(async (bench) => {
      const { store, clock, plan } = bench;
      const { runId } = await started(bench, await plan(3));
      const ending = await conductRun(store, runId, { clock, signal: AbortSignal.abort() });
      expect([...ending.conditions]).toEqual(["paused"]);
      expect(ending.run.finished).toBe(false);
    });
  });

  test("knows no run that is not there", async () => {
    await withBench(async ({ store }) => {
      await expect(conductRun(store, "nope-1")).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
    });
  });
});
