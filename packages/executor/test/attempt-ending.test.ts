import { getEventListeners } from "node:events";
import { BenthamError, type JobResult } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { openBook, openLenders, unbalanced } from "./support/lenders.ts";
import { adapterOf, answerOf, httpAdapter, openSurface, registryOf } from "./support/surface.ts";
import { TestClock, turn } from "./support/test-clock.ts";

const ONCE = { maxRetries: 0 } as const;
const never = new Promise<never>(() => {});
/** An adapter that hears of no end. */
const deaf = adapterOf(() => never, { session: true });

describe("an attempt's timeout", () => {
  test("ends an adapter that does not heed its signal, and gives everything back", async () => {
    const clock = new TestClock();
    const book = openBook();
    const executor = createExecutor({ surfaceAdapters: registryOf(deaf), ...openLenders(book, clock), clock });
    const executing = executor.executeJob(jobOf({ credentialPool: "team" }), { ...ONCE, timeout: 5000 });
    await clock.advance(4999);
    expect(unbalanced(book)).toHaveLength(3);
    await clock.advance(1);
    expect(await executing).toMatchObject({
      success: false,
      outcome: "failed",
      error: { code: "TIMEOUT", isRetryable: true },
      metadata: { executionTimeMs: 5000 },
    });
    expect(unbalanced(book)).toEqual([]);
    expect(clock.sleepers).toBe(0);
  });

  test("is a minute by default, and one for each attempt", async () => {
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => never)), clock });
    const result = await clock.run(executor.executeJob(jobOf(), { maxRetries: 1 }));
    expect(result).toMatchObject({
      error: { code: "TIMEOUT", retryCount: 1 },
      metadata: { executionTimeMs: 60_000, attempts: 2 },
    });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(120_000);
  });

  test("covers the wait for a resource", async () => {
    const clock = new TestClock();
    const lenders = openLenders(openBook(), clock, { proxy: { lendsAfter: 90_000 } });
    const executor = createExecutor({ surfaceAdapters: registryOf(deaf), ...lenders, clock });
    expect(await clock.run(executor.executeJob(jobOf(), ONCE))).toMatchObject({
      error: { code: "TIMEOUT" },
      metadata: { asks: 0, executionTimeMs: 60_000 },
    });
  });

  test("ends the exchange with the surface, too", async () => {
    const hungUp = Promise.withResolvers<void>();
    await using surface = await openSurface((response) => void response.on("close", () => hungUp.resolve()));
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), clock });
    const executing = executor.executeJob(jobOf(), ONCE);
    while (surface.questions.length === 0) await turn();
    await clock.advance(60_000);
    expect((await executing).error?.code).toBe("TIMEOUT");
    await hungUp.promise;
  });

  test("can be none", async () => {
    const clock = new TestClock();
    const adapter = adapterOf(async (_job, context) => {
      await context.clock.sleep(7 * 86_400_000, context.signal);
      return answerOf("at last");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    expect(await clock.run(executor.executeJob(jobOf(), { timeout: Infinity }))).toMatchObject({ success: true });
  });
});

/** Runs a job that hangs, aborts it with `reason`, and gives the result, and whatever is left of it. */
async function abortedWith(...reason: readonly unknown[]): Promise<{ result: JobResult; left: unknown[] }> {
  const clock = new TestClock();
  const book = openBook();
  const controller = new AbortController();
  const executor = createExecutor({ surfaceAdapters: registryOf(deaf), ...openLenders(book, clock), clock });
  const executing = executor.executeJob(jobOf({ credentialPool: "team" }), { signal: controller.signal });
  await clock.advance(10);
  controller.abort(...reason);
  const result = await clock.run(executing);
  return { result, left: [...unbalanced(book), ...getEventListeners(controller.signal, "abort")] };
}

describe("the caller's signal", () => {
  test.each([
    ["no reason", [], "CANCELLED", "cancelled"],
    ["an error of the caller's", [new Error("the user went away")], "CANCELLED", "cancelled"],
    ["a string", ["enough"], "CANCELLED", "cancelled"],
    ["null", [null], "CANCELLED", "cancelled"],
    ["an error that reads like a failure", [new Error("net::ERR_TIMED_OUT")], "CANCELLED", "cancelled"],
    ["INTERRUPTED", [new BenthamError("INTERRUPTED", "shutdown")], "INTERRUPTED", "interrupted"],
    ["LEASE_LOST", [new BenthamError("LEASE_LOST", "lost")], "LEASE_LOST", "interrupted"],
  ])("ends the job at once when it is aborted with %s", async (_what, reason, code, outcome) => {
    expect(await abortedWith(...reason)).toMatchObject({
      result: {
        success: false,
        outcome,
        error: { code, isRetryable: false, retryCount: 0 },
        metadata: { executionTimeMs: 10 },
      },
      left: [],
    });
  });

  test("takes a timeout of the caller's for one, and does not try again under it", async () => {
    await using surface = await openSurface(() => {});
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)) });
    const result = await executor.executeJob(jobOf(), { signal: AbortSignal.timeout(30) });
    expect(result).toMatchObject({ error: { code: "TIMEOUT", retryCount: 0 } });
  });

  test("begins nothing when it was aborted before", async () => {
    const clock = new TestClock();
    const book = openBook();
    await using surface = await openSurface();
    const executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url)),
      ...openLenders(book, clock),
      clock,
    });
    const result = await executor.executeJob(jobOf({ credentialPool: "team" }), { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ outcome: "cancelled", error: { code: "CANCELLED" }, metadata: { asks: 0 } });
    expect(surface.questions).toEqual([]);
    await turn();
    expect(unbalanced(book)).toEqual([]);
  });

  test("ends the wait for a retry, and leaves the failure that was waited for", async () => {
    await using surface = await openSurface((response) => response.writeHead(500).end());
    const clock = new TestClock();
    const controller = new AbortController();
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), clock });
    const executing = executor.executeJob(jobOf(), { signal: controller.signal });
    await clock.untilSleeping((ms) => ms < 2000);
    controller.abort();
    expect(await executing).toMatchObject({ error: { code: "UPSTREAM_ERROR", retryCount: 0 } });
    expect(surface.questions).toHaveLength(1);
    expect(clock.sleepers).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("does not take away an answer that is in hand", async () => {
    const controller = new AbortController();
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("in hand"))),
      validator: {
        validate() {
          controller.abort();
          return { accepted: true, failures: [], flags: [] };
        },
      },
    });
    expect(await executor.executeJob(jobOf(), { signal: controller.signal })).toMatchObject({ success: true });
  });

  test("leaves no listener behind after a thousand jobs under it", async () => {
    const { signal } = new AbortController();
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))) });
    for (let round = 0; round < 1000; round++) await executor.executeJob(jobOf(), { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a signal of the adapter's own", () => {
  test.each([
    ["beside an address", (url: string, signal: AbortSignal): Parameters<typeof fetch> => [url, { signal }]],
    [
      "inside a Request",
      (url: string, signal: AbortSignal): Parameters<typeof fetch> => [new Request(url, { signal })],
    ],
  ])("ends its exchange %s", async (_where, request) => {
    await using surface = await openSurface(() => {});
    const adapter = adapterOf(async (_job, context) => {
      const controller = new AbortController();
      const asking = context.fetch(...request(surface.url, controller.signal));
      controller.abort(new BenthamError("ANSWER_TIMEOUT", "it still types"));
      return answerOf(await (await asking).text());
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter) });
    expect((await executor.executeJob(jobOf(), ONCE)).error?.code).toBe("ANSWER_TIMEOUT");
  });
});

describe("an attempt that is over", () => {
  test("ends whatever its adapter still does in its name", async () => {
    const clock = new TestClock();
    const late: unknown[] = [];
    const adapter = adapterOf((_job, context) => {
      const linger = async (): Promise<void> => {
        await context.clock.sleep(1_000_000, context.signal);
      };
      void linger().catch((error: unknown) => late.push(error));
      void context.clock
        .sleep(0)
        .then(() => context.beforeAsk())
        .catch((error: unknown) => late.push(error));
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), clock });
    const result = await executor.executeJob(jobOf());
    await clock.advance(1);
    expect(result.metadata.asks).toBe(1);
    expect(late).toMatchObject([{ code: "INTERRUPTED" }, { code: "INTERRUPTED" }]);
    expect(clock.sleepers).toBe(0);
  });
});
