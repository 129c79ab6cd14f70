import { BenthamError, type LeaseEnding } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { type Manner, openBook, openLenders, unbalanced } from "./support/lenders.ts";
import { adapterOf, answerOf, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

const ONCE = { maxRetries: 0 } as const;
const job = jobOf({ credentialPool: "team", locationId: "us-nyc" });
const answering = registryOf(adapterOf(() => answerOf("hi"), { session: true }));
const failing = registryOf(
  adapterOf(
    () => {
      throw new BenthamError("RATE_LIMITED", "wait", { retryAfterMs: 9000 });
    },
    { session: true },
  ),
);
const refusingAtOnce = {
  acquire(): never {
    throw new BenthamError("NO_RESOURCE", "nothing is free");
  },
};
const ORDER = ["credential", "proxy", "session"] as const;

describe("what an attempt leases", () => {
  test("is leased in a fixed order, and given back in the other", async () => {
    const book = openBook();
    const executor = createExecutor({ surfaceAdapters: answering, ...openLenders(book, new TestClock()) });
    await executor.executeJob(job);
    expect(book.entries).toEqual([
      "lend credential-1",
      "lend proxy-2",
      "lend session-3",
      "take back session-3",
      "take back proxy-2",
      "take back credential-1",
    ]);
  });

  test("is no more than the job and its adapter need", async () => {
    const book = openBook();
    const adapter = adapterOf(() => answerOf("hi"));
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), ...openLenders(book, new TestClock()) });
    const { metadata } = await executor.executeJob(jobOf());
    expect(book.entries).toEqual(["lend proxy-1", "take back proxy-1"]);
    expect("credentialId" in metadata || "sessionId" in metadata).toBe(false);
  });

  test("is seen by the adapter, and by the lender of the session", async () => {
    const lenders = openLenders(openBook(), new TestClock());
    const seen: unknown[] = [];
    const adapter = adapterOf(
      (_job, { credential, proxy, session }) => {
        seen.push(credential?.id, proxy.id, session?.id, session?.context);
        return answerOf("hi");
      },
      { session: true },
    );
    await createExecutor({ surfaceAdapters: registryOf(adapter), ...lenders }).executeJob(job);
    expect(seen).toEqual(["credential-1", "proxy-2", "session-3", { proxy: "proxy-2" }]);
  });

  test("tells its lenders how the job ended", async () => {
    const book = openBook();
    await createExecutor({ surfaceAdapters: answering, ...openLenders(book, new TestClock()) }).executeJob(job);
    await createExecutor({ surfaceAdapters: failing, ...openLenders(book, new TestClock()) }).executeJob(job, ONCE);
    const failed: LeaseEnding = { outcome: "deferred", code: "RATE_LIMITED", retryAfterMs: 9000 };
    const answered: LeaseEnding = { outcome: "answered" };
    expect(book.endings).toEqual([answered, answered, answered, failed, failed, failed]);
  });

  test.each(ORDER)("is given back when the %s cannot be had", async (refusing) => {
    const book = openBook();
    const clock = new TestClock();
    const refuses = new BenthamError("NO_RESOURCE", "nothing is free");
    const lenders = openLenders(book, clock, { [refusing]: { refuses } });
    const executor = createExecutor({ surfaceAdapters: answering, ...lenders, clock });
    const result = await executor.executeJob(job, ONCE);
    expect(result).toMatchObject({ outcome: "deferred", error: { code: "NO_RESOURCE" }, metadata: { asks: 0 } });
    const before = ORDER.slice(0, ORDER.indexOf(refusing)).map((kind, index) => `${kind}-${index + 1}`);
    expect(book.entries).toEqual([
      ...before.map((id) => `lend ${id}`),
      ...before.toReversed().map((id) => `take back ${id}`),
    ]);
  });

  test("is learned from where the way of an account is of no use any more: both wait for a person", async () => {
    const book = openBook();
    const refuses = new BenthamError("LOGIN_REQUIRED", "its proxy is no more", { account: "credential-1" });
    const lenders = openLenders(book, new TestClock(), { proxy: { refuses } });
    const result = await createExecutor({ surfaceAdapters: answering, ...lenders }).executeJob(job, ONCE);
    expect(result).toMatchObject({ outcome: "parked", error: { code: "LOGIN_REQUIRED" } });
    expect(book.endings).toEqual([{ outcome: "parked", code: "LOGIN_REQUIRED" }]);
  });

  test.each(ORDER)("is given back when the %s fails at once, without a promise", async (refusing) => {
    const book = openBook();
    const lenders = openLenders(book, new TestClock());
    const refused = {
      credential: { credentialVault: refusingAtOnce },
      proxy: { proxyManager: refusingAtOnce },
      session: { sessionPool: refusingAtOnce },
    }[refusing];
    const executor = createExecutor({ surfaceAdapters: answering, ...lenders, ...refused });
    expect((await executor.executeJob(job, ONCE)).error?.code).toBe("NO_RESOURCE");
    expect(unbalanced(book)).toEqual([]);
  });

  test.each(ORDER)("is given back when the %s comes only after the attempt was given up", async (slow) => {
    const book = openBook();
    const clock = new TestClock();
    const lenders = openLenders(book, clock, { [slow]: { lendsAfter: 61_000, heedsSignal: false } });
    const executor = createExecutor({ surfaceAdapters: answering, ...lenders, clock });
    expect(await clock.run(executor.executeJob(job, ONCE))).toMatchObject({ error: { code: "TIMEOUT" } });
    expect(book.returns.size).toBe(ORDER.indexOf(slow));
    await clock.advance(2000);
    expect(book.returns.size).toBe(ORDER.indexOf(slow) + 1);
    expect(unbalanced(book)).toEqual([]);
  });

  const BREAKS: readonly (readonly [how: string, manner: Manner])[] = [
    ["fails", { breaks: new Error("the browser is gone") }],
    ["hangs for ever", { takesBackAfter: Infinity }],
  ];
  const CASES = ORDER.flatMap((kind) => BREAKS.map(([how, manner]) => [kind, how, manner] as const));
  test.each(CASES)(
    "is given back, and the result delivered, though giving back the %s %s",
    async (kind, _how, manner) => {
      const book = openBook();
      const clock = new TestClock();
      const stuck: unknown[] = [];
      const executor = createExecutor({
        surfaceAdapters: answering,
        ...openLenders(book, clock, { [kind]: manner }),
        clock,
      });
      executor.on("resources:stuck", (event) => stuck.push(event));
      const result = await clock.run(executor.executeJob(job));
      expect(result).toMatchObject({ success: true, response: { text: "hi" } });
      expect(clock.monotonic()).toBeLessThanOrEqual(10_000);
      expect(unbalanced(book)).toEqual([]);
      const resource = `${kind}-${ORDER.indexOf(kind) + 1}`;
      expect(stuck).toMatchObject([{ jobId: job.jobId, attempt: 1, resource, error: expect.any(Error) }]);
    },
  );

  test("is bounded in time when everything hangs", async () => {
    const clock = new TestClock();
    const hangs: Manner = { takesBackAfter: Infinity };
    const lenders = openLenders(openBook(), clock, { credential: hangs, proxy: hangs, session: hangs });
    const executor = createExecutor({ surfaceAdapters: answering, ...lenders, clock });
    expect(await clock.run(executor.executeJob(job))).toMatchObject({ success: true });
    expect(clock.monotonic()).toBe(30_000);
  });
});

describe("acquireResources and releaseResources", () => {
  test("lease what the job needs, and give it back once", async () => {
    const book = openBook();
    const executor = createExecutor({ surfaceAdapters: answering, ...openLenders(book, new TestClock()) });
    const resources = await executor.acquireResources(job);
    const { session, proxy, credential } = resources;
    expect([session?.id, proxy.id, credential?.id]).toEqual(["session-3", "proxy-2", "credential-1"]);
    expect(unbalanced(book)).toHaveLength(3);
    await executor.releaseResources(resources);
    await executor.releaseResources(resources);
    expect(unbalanced(book)).toEqual([]);
  });

  test("come straight from the place `direct` without a proxy manager", async () => {
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))) });
    const resources = await executor.acquireResources(jobOf());
    expect(resources.proxy.id).toBe("direct");
    await executor.releaseResources(resources);
  });

  test.each([
    [jobOf({ surfaceId: "nowhere" }), "SURFACE_UNKNOWN"],
    [jobOf({ credentialPool: "empty" }), "CREDENTIAL_MISSING"],
  ])("throw what stands against it, and hold nothing then", async (wanted, code) => {
    const book = openBook();
    const executor = createExecutor({ surfaceAdapters: answering, ...openLenders(book, new TestClock()) });
    await expect(executor.acquireResources(wanted)).rejects.toMatchObject({ code });
    expect(book.entries).toEqual([]);
  });

  test("end with the signal's reason, and hold nothing then", async () => {
    const book = openBook();
    const clock = new TestClock();
    const lenders = openLenders(book, clock, { session: { lendsAfter: 1000 } });
    const executor = createExecutor({ surfaceAdapters: answering, ...lenders, clock });
    const controller = new AbortController();
    const acquiring = executor.acquireResources(job, { signal: controller.signal });
    await clock.advance(10);
    controller.abort(new Error("stop"));
    await expect(acquiring).rejects.toThrow("stop");
    expect(unbalanced(book)).toEqual([]);
    expect(book.returns.size).toBe(2);
  });
});
