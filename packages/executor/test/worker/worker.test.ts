import { BenthamError, type JobResult } from "@bentham/core";
import { createExecutor, type Executor, MemoryQueue } from "@bentham/executor";
import { describe, expect, test, vi } from "vitest";
import { jobOf, jobsOf } from "../support/jobs.ts";
import { openBook, openLenders, unbalanced } from "../support/lenders.ts";
import { nextResults, workOff } from "../support/outcomes.ts";
import { openRecorder } from "../support/recorder.ts";
import { adapterOf, answerOf, httpAdapter, openSurface, registryOf } from "../support/surface.ts";
import { EPOCH, TestClock, turn } from "../support/test-clock.ts";

const answering = registryOf(adapterOf(() => answerOf("hi")));
const middle = (): number => 0.5;

const open = (): Executor => createExecutor({ surfaceAdapters: answering, clock: new TestClock() });

/** An adapter that takes `ms`, and knows how many of its questions are under way at most. */
function slowAdapter(ms: number): { adapter: ReturnType<typeof adapterOf>; most: () => number } {
  let underWay = 0;
  let most = 0;
  const adapter = adapterOf(async (job, { clock, signal }) => {
    most = Math.max(most, ++underWay);
    try {
      await clock.sleep(ms, signal);
      return answerOf(job.query);
    } finally {
      underWay -= 1;
    }
  });
  return { adapter, most: () => most };
}

describe("a worker", () => {
  test("runs every job of its queue against a real surface", async () => {
    await using surface = await openSurface();
    const book = openBook();
    await using executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url, { session: true })),
      ...openLenders(book, new TestClock()),
    });
    const jobs = jobsOf(30, { credentialPool: "team" });
    const ended = nextResults(executor, 30);
    executor.enqueue(jobs);
    await executor.startWorker({ concurrency: 5, pollInterval: 1000, queueName: "bentham-jobs" });
    const results = await ended;
    await executor.stopWorker();
    expect(results.map(({ jobId }) => jobId).toSorted()).toEqual(jobs.map(({ jobId }) => jobId).toSorted());
    expect(results.every(({ success }) => success)).toBe(true);
    expect(surface.questions).toHaveLength(30);
    expect(unbalanced(book)).toEqual([]);
    expect(executor.getWorkerStatus()).toMatchObject({ state: "idle", running: [], ended: { answered: 30 } });
  });

  test.each([1, 3, 8])(
    "has at most %d jobs in hand at once, and that many where there are enough",
    async (concurrency) => {
      const clock = new TestClock();
      const { adapter, most } = slowAdapter(100);
      const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
      const surfaces = ["a", "b", "c"];
      executor.enqueue(surfaces.flatMap((surfaceId) => jobsOf(8, { surfaceId })));
      await workOff(executor, clock, 24, { concurrency });
      expect(most()).toBe(concurrency);
      expect(clock.monotonic()).toBe((24 / concurrency) * 100);
    },
  );

  test("is not held up by a surface that hangs", async () => {
    const clock = new TestClock();
    const doneAt: number[] = [];
    const adapter = adapterOf(async (job, context) => {
      await context.clock.sleep(job.surfaceId === "hangs" ? 50_000 : 100, context.signal);
      if (job.surfaceId === "works") doneAt.push(context.clock.monotonic());
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue(jobsOf(20, { surfaceId: "hangs" }));
    executor.enqueue(jobsOf(40, { surfaceId: "works" }));
    await workOff(executor, clock, 44, { concurrency: 4 });
    // Two of the four slots are its share: 40 jobs of 100 ms, two at once.
    expect([doneAt.length, doneAt.at(-1)]).toEqual([40, 2000]);
  });

  test("adds to a result what it knows of the cell", async () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: answering, clock });
    executor.enqueue([jobOf({ runId: "study-1", repeat: 2 })]);
    expect(await workOff(executor, clock, 1)).toMatchObject([
      { success: true, state: "answered", outcome: "answered", generation: 1, runId: "study-1", repeat: 2 },
    ]);
  });

  test("reports every job that has ended, and goes on when that fails", async () => {
    const clock = new TestClock();
    const reported: JobResult[] = [];
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    const executor = createExecutor({
      surfaceAdapters: answering,
      reporter: {
        report(result) {
          reported.push(result);
          if (reported.length === 1) throw new Error("the report is broken");
        },
      },
      clock,
    });
    executor.enqueue(jobsOf(3));
    expect(await workOff(executor, clock, 3)).toEqual(reported);
    expect(executor.getWorkerStatus().ended.answered).toBe(3);
    expect(warn).toHaveBeenCalledExactlyOnceWith(new Error("the report is broken"), "BenthamListenerWarning");
  });

  test("takes a job that comes while it waits, without a wait for the next poll", async () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: answering, clock });
    await executor.startWorker({ pollInterval: 60_000 });
    await turn();
    const ended = nextResults(executor, 1);
    executor.enqueue([jobOf()]);
    await ended;
    expect(clock.monotonic()).toBe(0);
    await executor.stopWorker();
  });

  test("tries a failed job again after its backoff, and holds no slot for it meanwhile", async () => {
    const clock = new TestClock();
    const asked: string[] = [];
    const adapter = adapterOf((job) => {
      asked.push(`${job.query} at ${clock.monotonic()}`);
      if (job.query === "bad" && asked.length < 4) throw new BenthamError("TIMEOUT", "late");
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock, random: middle });
    executor.enqueue([jobOf({ query: "bad" }), jobOf({ query: "good", repeat: 2 })]);
    const results = await workOff(executor, clock, 2, { concurrency: 1 });
    expect(asked).toEqual(["bad at 0", "good at 0", "bad at 1000", "bad at 3000"]);
    expect(results.at(-1)).toMatchObject({ success: true, metadata: { attempts: 3 } });
    expect(executor.getWorkerStatus().ended).toMatchObject({ answered: 2, failed: 2 });
  });

  test("ends a job as failed when its retries are spent", async () => {
    const clock = new TestClock();
    const adapter = adapterOf(() => {
      throw new BenthamError("EMPTY_RESPONSE", "no text");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue([jobOf()]);
    expect(await workOff(executor, clock, 1)).toMatchObject([
      {
        success: false,
        state: "failed",
        error: { code: "EMPTY_RESPONSE", retryCount: 1, isRetryable: true },
        metadata: { attempts: 2 },
      },
    ]);
  });

  test("asks nothing for a job whose retry strategy is none, and ends it", async () => {
    const clock = new TestClock();
    let asks = 0;
    const adapter = adapterOf(() => {
      asks += 1;
      throw new BenthamError("TIMEOUT", "late");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue([jobOf({ retry: { maxRetries: -1 } })]);
    expect(await workOff(executor, clock, 1)).toMatchObject([{ state: "failed", error: { code: "CONFIG_INVALID" } }]);
    expect(asks).toBe(0);
  });

  test("lets a job rest that needs a person, without a result", async () => {
    const clock = new TestClock();
    let asks = 0;
    const adapter = adapterOf(() => {
      asks += 1;
      throw new BenthamError("CHALLENGE", "a challenge");
    });
    const results: JobResult[] = [];
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.on("job:result", ({ result }) => results.push(result));
    executor.enqueue([jobOf()]);
    await executor.startWorker();
    await clock.advance(600_000);
    await executor.stopWorker();
    expect([asks, results]).toEqual([1, []]);
    expect(executor.getWorkerStatus().ended.parked).toBe(1);
  });

  test("asks nothing for a job whose deadline has passed, and does not turn in circles over it", async () => {
    const clock = new TestClock();
    let starts = 0;
    const executor = createExecutor({ surfaceAdapters: answering, clock });
    executor.on("job:start", () => (starts += 1));
    executor.enqueue([jobOf({ deadline: EPOCH }), jobOf({ deadline: EPOCH + 500, repeat: 2 })]);
    await executor.startWorker();
    await clock.advance(60_000);
    await executor.stopWorker();
    expect(starts).toBe(1);
    expect(executor.getWorkerStatus().ended).toMatchObject({ answered: 1, interrupted: 0 });
    expect(clock.slept.filter((ms) => ms < 100)).toEqual([]);
  });

  test("makes no circles over an adapter that aborts itself either", async () => {
    const clock = new TestClock();
    let asks = 0;
    const adapter = adapterOf(() => {
      asks += 1;
      throw new DOMException("This operation was aborted", "AbortError");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue([jobOf()]);
    expect(await workOff(executor, clock, 1)).toMatchObject([{ state: "failed", error: { code: "INTERNAL" } }]);
    expect(asks).toBe(1);
  });

  test("keeps evidence, or none where it is told so", async () => {
    for (const collectEvidence of [true, false]) {
      const clock = new TestClock();
      const { collector, attempts } = openRecorder();
      const executor = createExecutor({ surfaceAdapters: answering, evidenceCollector: collector, clock });
      executor.enqueue([jobOf()]);
      await workOff(executor, clock, 1, { collectEvidence });
      expect(attempts).toHaveLength(collectEvidence ? 1 : 0);
    }
  });

  test("ends an attempt after its timeout", async () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => new Promise(() => {}))), clock });
    executor.enqueue([jobOf({ retry: { maxRetries: 0 } })]);
    const [result] = await workOff(executor, clock, 1, { timeout: 3000 });
    expect(result).toMatchObject({ error: { code: "TIMEOUT" }, metadata: { executionTimeMs: 3000 } });
  });
});

describe("the status of a worker", () => {
  test("tells what it does at every moment", async () => {
    const clock = new TestClock();
    const { adapter } = slowAdapter(2000);
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    const nothing = { answered: 0, failed: 0, deferred: 0, parked: 0, interrupted: 0, cancelled: 0 };
    expect(executor.getWorkerStatus()).toEqual({
      state: "idle",
      concurrency: 0,
      running: [],
      lanes: [],
      ended: nothing,
    });

    const job = jobOf({ surfaceId: "a" });
    executor.enqueue([job]);
    await executor.startWorker({ concurrency: 2, queueName: "mine" });
    await clock.advance(10);
    const running = [{ jobId: job.jobId, lane: "a", attempt: 1, startedAt: new Date(EPOCH) }];
    expect(executor.getWorkerStatus()).toEqual({
      state: "running",
      queueName: "mine",
      concurrency: 2,
      running,
      lanes: [],
      ended: nothing,
    });

    // The queue has been looked at by then, and the job is still at it.
    await clock.advance(990);
    expect(executor.getWorkerStatus().lanes).toEqual([{ lane: "a", running: 1, waiting: 0 }]);

    const stopping = executor.stopWorker();
    expect(executor.getWorkerStatus()).toMatchObject({ state: "stopping", running });
    await clock.run(stopping);
    expect(executor.getWorkerStatus()).toMatchObject({
      state: "idle",
      running: [],
      ended: { ...nothing, answered: 1 },
    });
  });

  test("cannot be changed from outside", async () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: answering, clock });
    executor.enqueue([jobOf()]);
    await workOff(executor, clock, 1);
    Object.assign(executor.getWorkerStatus().ended, { answered: 99 });
    expect(executor.getWorkerStatus().ended.answered).toBe(1);
  });
});

describe("startWorker", () => {
  test("refuses a second start while the worker runs, and takes one after it has stopped", async () => {
    const executor = open();
    await executor.startWorker();
    await expect(executor.startWorker()).rejects.toMatchObject({ code: "USAGE" });
    await executor.stopWorker();
    await executor.startWorker();
    expect(executor.getWorkerStatus().state).toBe("running");
    await executor.stopWorker();
  });

  test("refuses the second of two starts at once", async () => {
    const executor = open();
    const starts = await Promise.allSettled([executor.startWorker(), executor.startWorker()]);
    expect(starts.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await executor.stopWorker();
  });

  test.each([
    ["concurrency", { concurrency: 0 }],
    ["concurrency", { concurrency: 1.5 }],
    ["concurrency", { concurrency: Infinity }],
    ["pollInterval", { pollInterval: 0 }],
    ["pollInterval", { pollInterval: Number.NaN }],
    ["leaseMs", { leaseMs: 99 }],
    ["maxDeferrals", { maxDeferrals: -1 }],
    ["timeout", { timeout: 0 }],
    ["queueName", { queueName: "" }],
  ])("refuses %s out of its range: %j", async (name, options) => {
    const executor = open();
    await expect(executor.startWorker(options)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining(name),
    });
    expect(executor.getWorkerStatus().state).toBe("idle");
  });
});

describe("enqueue", () => {
  test("takes a job once, however often it comes", async () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: answering, clock });
    executor.enqueue([jobOf(), jobOf()]);
    executor.enqueue([jobOf()]);
    executor.enqueue(jobsOf(2));
    expect(await workOff(executor, clock, 2)).toHaveLength(2);
    expect(executor.getWorkerStatus().ended.answered).toBe(2);
  });

  test("is refused where jobs come from a store", () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: answering, jobStore: new MemoryQueue(clock, middle), clock });
    expect(() => executor.enqueue([jobOf()])).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
