import { BenthamError, seededRandom } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf, jobsOf } from "../support/jobs.ts";
import { openBook, openLenders, unbalanced } from "../support/lenders.ts";
import { workOff } from "../support/outcomes.ts";
import { adapterOf, answerOf, registryOf } from "../support/surface.ts";
import { TestClock, turn } from "../support/test-clock.ts";

const tooFast = (retryAfterMs?: number): BenthamError =>
  new BenthamError("RATE_LIMITED", "429", retryAfterMs === undefined ? {} : { retryAfterMs });

describe("a surface that is away, and says for how long", () => {
  const HOUR = 3_600_000;
  const away = (): BenthamError => new BenthamError("OVERLOADED", "503", { retryAfterMs: HOUR });

  test("is left alone for that long by every job, and each comes back, however long that is", async () => {
    const clock = new TestClock();
    const asked: number[] = [];
    const adapter = adapterOf(() => {
      asked.push(clock.monotonic());
      if (asked.length <= 2) throw away();
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue(jobsOf(20));
    const results = await workOff(executor, clock, 20, { concurrency: 2 });
    expect(results.every(({ success }) => success)).toBe(true);
    expect(asked.filter((at) => at < HOUR)).toHaveLength(2);
    expect(asked).toHaveLength(22);
  });

  test("is left alone by the others also after a job that has no retry left", async () => {
    const clock = new TestClock();
    const asked: number[] = [];
    const adapter = adapterOf(() => {
      asked.push(clock.monotonic());
      if (asked.length === 1) throw away();
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue(jobsOf(3, { retry: { maxRetries: 0 } }));
    const results = await workOff(executor, clock, 3, { concurrency: 1 });
    expect(results.map(({ success }) => success)).toEqual([false, true, true]);
    expect(asked.filter((at) => at < HOUR)).toHaveLength(1);
  });
});

describe("a job that is put off", () => {
  test("holds no slot and nothing leased while it waits, and comes back no sooner than it was told", async () => {
    const clock = new TestClock();
    const book = openBook();
    const asked: string[] = [];
    const adapter = adapterOf(
      (job) => {
        asked.push(`${job.surfaceId} at ${clock.monotonic()}`);
        if (asked.length === 1) throw tooFast(9000);
        return answerOf("hi");
      },
      { session: true },
    );
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapter),
      ...openLenders(book, clock),
      clock,
      random: () => 0,
    });
    executor.enqueue([jobOf({ surfaceId: "strict", credentialPool: "team" })]);
    await executor.startWorker({ concurrency: 1 });
    await turn();
    expect(unbalanced(book)).toEqual([]);
    expect(executor.getWorkerStatus().running).toEqual([]);

    executor.enqueue([jobOf({ surfaceId: "other" })]);
    await clock.advance(20_000);
    await executor.stopWorker();
    expect(asked).toEqual(["strict at 0", "other at 0", "strict at 9000"]);
    expect(executor.getWorkerStatus().ended).toMatchObject({ answered: 2, deferred: 1, failed: 0 });
  });

  test("keeps every other job of its lane from asking, too", async () => {
    const clock = new TestClock();
    const asked: number[] = [];
    const adapter = adapterOf(() => {
      asked.push(clock.monotonic());
      if (asked.length === 1) throw tooFast(30_000);
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue(jobsOf(5));
    await workOff(executor, clock, 5, { concurrency: 1 });
    expect(asked.filter((at) => at > 0 && at < 30_000)).toEqual([]);
    expect(asked).toHaveLength(6);
  });

  test("spends no retry: it may be put off more often than it may fail", async () => {
    const clock = new TestClock();
    let left = 10;
    const adapter = adapterOf(() => {
      if (left-- > 0) throw tooFast();
      return answerOf("at last");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue([jobOf({ retry: { maxRetries: 0 } })]);
    expect(await workOff(executor, clock, 1)).toMatchObject([{ success: true, metadata: { attempts: 11 } }]);
  });

  test.each([
    [{ maxDeferrals: 3 }, 4],
    [{ maxDeferrals: 0 }, 1],
    [{}, 201],
  ])("fails with the reason in the end: %j", async (options, attempts) => {
    const clock = new TestClock();
    let asks = 0;
    const adapter = adapterOf(() => {
      asks += 1;
      throw tooFast();
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue([jobOf({ retry: { baseDelay: 1, maxDelay: 10 } })]);
    expect(await workOff(executor, clock, 1, { ...options, pollInterval: 60_000 })).toMatchObject([
      { success: false, state: "failed", error: { code: "RATE_LIMITED", retryCount: 0 }, metadata: { attempts } },
    ]);
    expect(asks).toBe(attempts);
  });

  test("waits where nothing is free, and asks nothing", async () => {
    const clock = new TestClock();
    const book = openBook();
    const lenders = openLenders(book, clock);
    let refusals = 3;
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))),
      ...lenders,
      proxyManager: {
        acquire(request) {
          if (refusals-- > 0) throw new BenthamError("NO_RESOURCE", "no proxy is free");
          return lenders.proxyManager.acquire(request);
        },
      },
      clock,
    });
    executor.enqueue([jobOf({ credentialPool: "team" })]);
    expect(await workOff(executor, clock, 1)).toMatchObject([{ success: true, metadata: { attempts: 4, asks: 1 } }]);
    expect(executor.getWorkerStatus().ended).toMatchObject({ deferred: 3, failed: 0 });
    expect(unbalanced(book)).toEqual([]);
  });

  test("asks a surface that is down by single probes, while the others go on", async () => {
    const clock = new TestClock();
    let down = 0;
    const adapter = adapterOf((job) => {
      if (job.surfaceId === "down") {
        down += 1;
        throw new BenthamError("UPSTREAM_ERROR", "500");
      }
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue(jobsOf(200, { surfaceId: "down", retry: { maxRetries: 50 } }));
    executor.enqueue(jobsOf(50, { surfaceId: "up" }));
    await executor.startWorker({ concurrency: 4 });
    await clock.advance(300_000);
    await clock.run(executor.stopWorker());
    expect(executor.getWorkerStatus().ended.answered).toBe(50);
    // 5 failures open the breaker, up to 3 more were under way; then probes after 5, 10, 20, 40, 60, 60... s.
    expect(down).toBeGreaterThanOrEqual(9);
    expect(down).toBeLessThanOrEqual(18);
  });

  test("finds the rate of a surface that says nothing of it, and wastes few questions", async () => {
    const clock = new TestClock();
    const random = seededRandom("rate");
    const taken: number[] = [];
    let refused = 0;
    // 20 questions in any second, each answered in 50 to 150 ms; one too many is refused at once.
    const adapter = adapterOf(async (_job, context) => {
      const now = clock.monotonic();
      if (taken.filter((at) => at > now - 1000).length >= 20) {
        refused += 1;
        throw tooFast();
      }
      taken.push(now);
      await context.clock.sleep(50 + 100 * random(), context.signal);
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock, random });
    executor.enqueue(jobsOf(1000));
    const results = await workOff(executor, clock, 1000, { concurrency: 8 });
    expect(results.filter(({ success }) => !success)).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    expect(refused / 1000).toBeLessThan(0.05);
    // No faster than the surface allows, and no slower than half of that.
    expect(clock.monotonic()).toBeGreaterThan(49_000);
    expect(clock.monotonic()).toBeLessThan(100_000);
  }, 20_000);

  test("lets the worker rest while nothing may be asked", async () => {
    const clock = new TestClock();
    const adapter = adapterOf(() => {
      throw new BenthamError("RATE_LIMITED", "429");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    executor.enqueue(jobsOf(40, { retry: { baseDelay: 1, maxDelay: 2 } }));
    await executor.startWorker({ maxDeferrals: 1_000_000 });
    await clock.advance(60_000);
    const before = clock.slept.length;
    await clock.advance(60_000);
    await clock.run(executor.stopWorker());
    // At 0.1 questions a second it has 6 to ask in that minute; it polls once a second, and looks for lost leases as often.
    expect(clock.slept.length - before).toBeLessThan(600);
  });
});
