import { type ClaimedJob, type Evidence, type Fetch, seededRandom } from "@bentham/core";
import { createExecutor, MemoryQueue } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf, jobsOf } from "../support/jobs.ts";
import { openBook, openLenders, unbalanced } from "../support/lenders.ts";
import { queueOver } from "../support/queue-over.ts";
import { adapterOf, answerOf, registryOf } from "../support/surface.ts";
import { TestClock, turn } from "../support/test-clock.ts";

const CLAIM = { queueName: "bentham-jobs", workerId: "next", limit: 10, leaseMs: 60_000 };

/** A worker whose jobs take `ms` each, over a queue that the test can look into. */
function open(ms: number, heedsSignal = true) {
  const clock = new TestClock();
  const queue = new MemoryQueue(clock, seededRandom("stop"));
  const book = openBook();
  const adapter = adapterOf(
    async (_job, context) => {
      await context.clock.sleep(ms, heedsSignal ? context.signal : undefined);
      return answerOf("hi");
    },
    { session: true },
  );
  const parts = { surfaceAdapters: registryOf(adapter), ...openLenders(book, clock), clock };
  return { clock, queue, book, parts, executor: createExecutor({ ...parts, jobStore: queue }) };
}

describe("a worker", () => {
  test.each([
    ["DISK_FULL", "full"],
    ["EVIDENCE_FAILED", "cannot be written, so nothing more is asked \\(EROFS\\)"],
  ] as const)("asks nothing more when its evidence cannot be kept: %s", async (code, told) => {
    const { clock, queue, parts } = open(1000);
    const failed: Evidence = { sha256Hash: "", capturedAt: new Date(0), state: "failed", reasons: ["EROFS"], code };
    const recording = { record: (fetch: Fetch) => fetch, finish: async () => failed, discard: async () => {} };
    const executor = createExecutor({ ...parts, jobStore: queue, evidenceCollector: { begin: async () => recording } });
    const errors: unknown[] = [];
    executor.on("worker:error", ({ error }) => errors.push(error));
    queue.enqueue(jobsOf(10));
    await executor.startWorker({ concurrency: 2 });
    await clock.advance(60_000);
    expect(executor.getWorkerStatus()).toMatchObject({ state: "stopping", running: [], ended: { answered: 2 } });
    expect(errors).toMatchObject([{ code, message: expect.stringMatching(told) }, { code }]);
    await clock.run(executor.stopWorker());
  });
});

describe("stopWorker", () => {
  test("lets jobs in hand finish, and takes no more", async () => {
    const { clock, queue, executor, book } = open(20_000);
    queue.enqueue(jobsOf(3));
    await executor.startWorker({ concurrency: 2 });
    await clock.advance(5000);
    await clock.run(executor.stopWorker());
    expect(clock.monotonic()).toBe(20_000);
    expect(executor.getWorkerStatus()).toMatchObject({ state: "idle", ended: { answered: 2, interrupted: 0 } });
    expect(await queue.claim(CLAIM)).toMatchObject([{ attempt: 1 }]);
    expect(unbalanced(book)).toEqual([]);
    expect(clock.sleepers).toBe(0);
  });

  test("interrupts after the grace time what is left, and gives it back unspent", async () => {
    const { clock, queue, executor, book } = open(600_000, false);
    queue.enqueue([jobOf()]);
    await executor.startWorker({ timeout: 900_000 });
    await clock.advance(5000);
    await clock.run(executor.stopWorker());
    expect(clock.monotonic()).toBe(30_000);
    expect(executor.getWorkerStatus()).toMatchObject({
      state: "idle",
      running: [],
      ended: { interrupted: 1, failed: 0 },
    });
    expect(unbalanced(book)).toEqual([]);
    expect(await queue.claim(CLAIM)).toMatchObject([{ attempt: 2, failures: 0, deferrals: 0 }]);
  });

  test.each([0, 100])("waits for a grace time of %d ms", async (grace) => {
    const { clock, queue, executor } = open(600_000);
    queue.enqueue([jobOf()]);
    await executor.startWorker();
    await turn();
    await clock.run(executor.stopWorker({ grace }));
    expect(clock.monotonic()).toBe(grace);
    expect(executor.getWorkerStatus().ended.interrupted).toBe(1);
  });

  test("waits for ever when it is told so", async () => {
    const { clock, queue, executor } = open(50_000);
    queue.enqueue([jobOf()]);
    await executor.startWorker();
    await turn();
    await clock.run(executor.stopWorker({ grace: Infinity }));
    expect(executor.getWorkerStatus().ended.answered).toBe(1);
  });

  test("is shortened by a second call, and both end", async () => {
    const { clock, queue, executor } = open(600_000);
    let told = 0;
    executor.on("worker:stop", () => (told += 1));
    queue.enqueue([jobOf()]);
    await executor.startWorker();
    await turn();
    const soft = executor.stopWorker({ grace: 20_000 });
    await clock.advance(1000);
    const hard = executor.stopWorker({ grace: 0 });
    await clock.run(Promise.all([soft, hard]));
    expect(clock.monotonic()).toBe(1000);
    expect(executor.getWorkerStatus()).toMatchObject({ state: "idle", ended: { interrupted: 1 } });
    expect(told).toBe(1);
    expect(clock.sleepers).toBe(0);
  });

  test("is harmless before a start, and after a stop", async () => {
    const { executor } = open(0);
    await executor.stopWorker();
    await executor.startWorker();
    await executor.stopWorker();
    await executor.stopWorker();
    expect(executor.getWorkerStatus().state).toBe("idle");
  });

  test("gives back at once what was claimed while it stopped", async () => {
    const { clock, queue, parts, book } = open(0);
    const slow = queueOver(queue, {
      async claim(request): Promise<ClaimedJob[]> {
        await clock.sleep(2000);
        return queue.claim(request);
      },
    });
    const executor = createExecutor({ ...parts, jobStore: slow });
    let starts = 0;
    executor.on("job:start", () => (starts += 1));
    queue.enqueue(jobsOf(5));
    await executor.startWorker();
    await clock.advance(1000);
    await clock.run(executor.stopWorker());
    expect([starts, book.entries]).toEqual([0, []]);
    const claimed = await queue.claim(CLAIM);
    expect(claimed.map(({ failures, deferrals }) => [failures, deferrals])).toEqual(
      Array.from({ length: 5 }, () => [0, 0]),
    );
  });

  test("hears no more of its queue", async () => {
    const { clock, queue, parts } = open(0);
    let listeners = 0;
    const counted = queueOver(queue, {
      onWake(listener) {
        listeners += 1;
        const stop = queue.onWake(listener);
        return () => {
          listeners -= 1;
          stop();
        };
      },
    });
    const executor = createExecutor({ ...parts, jobStore: counted });
    await executor.startWorker();
    expect(listeners).toBe(1);
    await clock.run(executor.stopWorker());
    expect(listeners).toBe(0);
  });

  test("is what disposing of the executor does", async () => {
    const { clock, queue, parts } = open(0);
    const outer = createExecutor({ ...parts, jobStore: queue });
    await outer.startWorker();
    await clock.run(Promise.resolve(outer[Symbol.asyncDispose]()));
    expect(outer.getWorkerStatus().state).toBe("idle");
  });

  test.each([-1, Number.NaN])("refuses a grace time of %d", async (grace) => {
    const { executor } = open(0);
    await expect(executor.stopWorker({ grace })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
