import { BenthamError, type JobResult } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { describe, expect, test, vi } from "vitest";
import { jobOf, jobsOf } from "./support/jobs.ts";
import { openBook, openLenders, unbalanced } from "./support/lenders.ts";
import { openRecorder } from "./support/recorder.ts";
import { adapterOf, answerOf, httpAdapter, openSurface, registryOf } from "./support/surface.ts";
import { EPOCH, TestClock } from "./support/test-clock.ts";

const ONCE = { maxRetries: 0 } as const;

describe("executeJob", () => {
  test("gives a result of the seed's structure for a surface that answers", async () => {
    await using surface = await openSurface();
    const clock = new TestClock();
    const executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url, { session: true })),
      ...openLenders(openBook(), clock),
      evidenceCollector: openRecorder().collector,
      clock,
    });
    const job = jobOf({ credentialPool: "team", locationId: "us-nyc", runId: "study-1", repeat: 2 });
    const result = await executor.executeJob(job);
    expect(result).toStrictEqual({
      jobId: job.jobId,
      studyId: "study",
      surfaceId: "echo",
      locationId: "us-nyc",
      queryId: "q1",
      success: true,
      response: { text: "You said: Which running shoes last longest?", responseTimeMs: 0 },
      evidence: {
        sha256Hash: "0".repeat(64),
        capturedAt: new Date(0),
        bagPath: `${job.jobId}/1`,
        state: "complete",
      },
      metadata: {
        executedAt: new Date(EPOCH),
        executionTimeMs: 0,
        proxyUsed: "proxy-2",
        sessionId: "session-3",
        credentialId: "credential-1",
        attempts: 1,
        asks: 1,
      },
      outcome: "answered",
      runId: "study-1",
      repeat: 2,
    } satisfies JobResult);
    expect(surface.questions.map(({ text }) => text)).toEqual([job.query]);
  });

  test("passes on all that the adapter says of an answer", async () => {
    const answer = {
      text: "no",
      responseTimeMs: 7,
      tokenCount: 1,
      model: "m-1",
      finishReason: "stop",
      flags: ["refused" as const],
      citations: [{ url: "https://a.example/", title: "A", start: 0, end: 2 }],
    };
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => answer)) });
    const { response, success } = await executor.executeJob(jobOf());
    expect({ response, success }).toStrictEqual({ response: answer, success: true });
  });

  test("measures how long the attempt took, and names the way out", async () => {
    const clock = new TestClock();
    const executor = createExecutor({
      surfaceAdapters: registryOf(
        adapterOf(async (_job, context) => {
          await context.clock.sleep(1234);
          return answerOf("late");
        }),
      ),
      clock,
    });
    const { metadata } = await clock.run(executor.executeJob(jobOf()));
    expect(metadata).toMatchObject({ executedAt: new Date(EPOCH), executionTimeMs: 1234, proxyUsed: "direct" });
  });

  test("gives a result for a surface that refuses, and does not throw", async () => {
    await using surface = await openSurface((response) => response.writeHead(401).end("bad key"));
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)) });
    const result = await executor.executeJob(jobOf());
    expect(result).toMatchObject({ success: false, outcome: "failed" });
    expect(result.error).toStrictEqual({
      code: "AUTH_FAILED",
      message: "401: bad key",
      isRetryable: false,
      retryCount: 0,
    });
    expect("response" in result).toBe(false);
    expect(surface.questions).toHaveLength(1);
  });

  test("tries again after a failure that may pass, and says how often it did", async () => {
    let left = 2;
    await using surface = await openSurface((response) => response.writeHead(left-- > 0 ? 500 : 200).end("at last"));
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)) });
    const result = await executor.executeJob(jobOf({ retry: { baseDelay: 1 } }));
    expect(result).toMatchObject({ success: true, response: { text: "at last" }, metadata: { attempts: 3, asks: 1 } });
    expect(surface.questions).toHaveLength(3);
  });

  test("gives the last failure when its retries are spent", async () => {
    await using surface = await openSurface((response) => response.writeHead(500).end());
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)) });
    const result = await executor.executeJob(jobOf({ retry: { baseDelay: 1 } }), { maxRetries: 2 });
    expect(result).toMatchObject({
      success: false,
      error: { code: "UPSTREAM_ERROR", isRetryable: true, retryCount: 2 },
      metadata: { attempts: 3 },
    });
    expect(surface.questions).toHaveLength(3);
  });

  test("spends a retry on a 429, and asks again no sooner than Retry-After says", async () => {
    let left = 1;
    await using surface = await openSurface((response) =>
      left-- > 0 ? response.writeHead(429, { "retry-after": "7" }).end() : response.end("now"),
    );
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), clock });
    const executing = executor.executeJob(jobOf(), { maxRetries: 1 });
    await clock.untilSleeping((ms) => ms >= 7000 && ms <= 7701);
    await clock.advance(6999);
    expect(surface.questions).toHaveLength(1);
    await clock.advance(702);
    const result = await executing;
    expect(result).toMatchObject({ success: true, metadata: { attempts: 2 } });
    expect(surface.questions).toHaveLength(2);
  });

  test("does not wait for a surface that wants an hour of rest", async () => {
    await using surface = await openSurface((response) => response.writeHead(429, { "retry-after": "3600" }).end());
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)) });
    const result = await executor.executeJob(jobOf());
    expect(result).toMatchObject({ outcome: "deferred", error: { code: "RATE_LIMITED", retryCount: 0 } });
    expect(surface.questions).toHaveLength(1);
  });

  test("holds nothing while it waits for a retry", async () => {
    const clock = new TestClock();
    const book = openBook();
    const lenders = openLenders(book, clock);
    let heldWhileWaiting: string[] = ["never waited"];
    const failing = adapterOf(
      () => {
        throw new BenthamError("UPSTREAM_ERROR", "500");
      },
      { session: true },
    );
    const executor = createExecutor({
      surfaceAdapters: registryOf(failing),
      ...lenders,
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        sleep(ms, signal) {
          if (ms < 10_000) heldWhileWaiting = unbalanced(book);
          return clock.sleep(ms, signal);
        },
      },
    });
    await clock.run(executor.executeJob(jobOf({ credentialPool: "team" }), { maxRetries: 1 }));
    expect(heldWhileWaiting).toEqual([]);
    expect(book.returns.size).toBe(6);
  });

  test("keeps an answer that does not pass its gates, and calls it a failure", async () => {
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("no"))),
      validator: { validate: () => ({ accepted: false, failures: ["it has 2 characters"], flags: ["truncated"] }) },
    });
    expect(await executor.executeJob(jobOf())).toMatchObject({
      success: false,
      outcome: "failed",
      response: { text: "no", flags: ["truncated"] },
      error: { code: "GATE_FAILED", message: expect.stringContaining("it has 2 characters"), isRetryable: false },
    });
  });

  test("takes an adapter's answer without beforeAsk for a bug of the adapter's", async () => {
    const executor = createExecutor({
      surfaceAdapters: registryOf({ name: "hasty", version: "1", ask: async () => answerOf("uncounted") }),
    });
    const result = await executor.executeJob(jobOf());
    expect(result).toMatchObject({
      success: false,
      error: { code: "INTERNAL", message: expect.stringContaining("hasty") },
    });
    expect("response" in result).toBe(false);
  });

  test("follows no redirect, which could carry a key elsewhere", async () => {
    await using elsewhere = await openSurface();
    await using surface = await openSurface((response) => response.writeHead(307, { location: elsewhere.url }).end());
    const executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url)),
      ...openLenders(openBook(), new TestClock()),
    });
    const result = await executor.executeJob(jobOf({ credentialPool: "team" }));
    expect(result.error?.code).toBe("TOO_MANY_REDIRECTS");
    expect(surface.questions[0]?.headers.authorization).toBe("Bearer sk-canary-credential");
    expect(elsewhere.questions).toEqual([]);
  });

  test("follows none either for an adapter that asks for it, or that sends a Request", async () => {
    await using elsewhere = await openSurface();
    await using surface = await openSurface((response) => response.writeHead(302, { location: elsewhere.url }).end());
    const statuses: number[] = [];
    const adapter = adapterOf(async (_job, { fetch }) => {
      statuses.push((await fetch(surface.url, { redirect: "follow" })).status);
      statuses.push((await fetch(new Request(surface.url, { redirect: "follow" }))).status);
      return answerOf("done");
    });
    await createExecutor({ surfaceAdapters: registryOf(adapter) }).executeJob(jobOf());
    expect(statuses).toEqual([302, 302]);
    expect(elsewhere.questions).toEqual([]);
  });

  test("goes out through the proxy's own fetch", async () => {
    await using surface = await openSurface();
    const clock = new TestClock();
    const through: string[] = [];
    const { proxyManager } = openLenders(openBook(), clock);
    const executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url)),
      proxyManager: {
        async acquire(request) {
          const fetchThere: typeof fetch = (input, init) => {
            through.push(`${request.job.locationId} ${init?.redirect}`);
            return fetch(input, init);
          };
          return Object.assign(await proxyManager.acquire(request), { fetch: fetchThere });
        },
      },
    });
    const result = await executor.executeJob(jobOf({ locationId: "de-ber" }));
    expect(result).toMatchObject({ success: true, metadata: { proxyUsed: "proxy-1" } });
    expect(through).toEqual(["de-ber manual"]);
  });

  test("asks nothing once the job's deadline has passed, and tries no more", async () => {
    await using surface = await openSurface();
    const clock = new TestClock();
    const executor = createExecutor({ surfaceAdapters: registryOf(httpAdapter(surface.url)), clock });
    expect(await executor.executeJob(jobOf({ deadline: EPOCH }))).toMatchObject({
      success: false,
      outcome: "interrupted",
      error: { code: "DEADLINE_EXCEEDED" },
      metadata: { asks: 0, attempts: 1 },
    });
    expect(surface.questions).toEqual([]);
    expect(await executor.executeJob(jobOf({ deadline: EPOCH + 1 }))).toMatchObject({ success: true });
  });

  test.each([
    ["a surface that nobody asks", jobOf({ surfaceId: "nowhere" }), "SURFACE_UNKNOWN"],
    ["a location without a proxy manager", jobOf({ locationId: "us-nyc" }), "LOCATION_UNKNOWN"],
    ["a credential without a vault", jobOf({ credentialPool: "team" }), "CONFIG_INVALID"],
  ])("gives a result for %s", async (_what, job, code) => {
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))) });
    expect((await executor.executeJob(job, ONCE)).error?.code).toBe(code);
  });

  test("gives a result for an adapter that needs a session where there is no pool", async () => {
    const adapter = adapterOf(() => answerOf("hi"), { session: true });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter) });
    expect((await executor.executeJob(jobOf(), ONCE)).error?.code).toBe("CONFIG_INVALID");
  });

  test.each([
    [{ timeout: 0 }, "timeout"],
    [{ timeout: -1 }, "timeout"],
    [{ timeout: Number.NaN }, "timeout"],
    [{ maxRetries: -1 }, "maxRetries"],
    [{ maxRetries: 1.5 }, "maxRetries"],
  ])("refuses an option out of its range: %j", async (options, name) => {
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))) });
    const executing = executor.executeJob(jobOf(), options);
    await expect(executing).rejects.toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(name) });
  });

  test("reports every job that has ended, once, and only its last attempt", async () => {
    const reported: JobResult[] = [];
    const executor = createExecutor({
      surfaceAdapters: registryOf(
        adapterOf(() => {
          throw new BenthamError("TIMEOUT", "late");
        }),
      ),
      reporter: { report: (result) => void reported.push(result) },
    });
    const result = await executor.executeJob(jobOf({ retry: { baseDelay: 1 } }), { maxRetries: 1 });
    expect(reported).toEqual([result]);
  });

  test("does not lose an answer to a reporter that fails", async () => {
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("paid for"))),
      reporter: { report: () => Promise.reject(new Error("the report is broken")) },
    });
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    expect(await executor.executeJob(jobOf())).toMatchObject({ success: true, response: { text: "paid for" } });
    expect(warn).toHaveBeenCalledExactlyOnceWith(new Error("the report is broken"), "BenthamListenerWarning");
  });

  test("keeps many jobs at once apart", async () => {
    await using surface = await openSurface();
    const book = openBook();
    const executor = createExecutor({
      surfaceAdapters: registryOf(httpAdapter(surface.url, { session: true })),
      ...openLenders(book, new TestClock()),
    });
    const jobs = jobsOf(50, { credentialPool: "team" }).map((job, index) => ({ ...job, query: `question ${index}` }));
    const results = await Promise.all(jobs.map((job) => executor.executeJob(job)));
    expect(results.map(({ response }) => response?.text)).toEqual(jobs.map(({ query }) => `You said: ${query}`));
    expect(unbalanced(book)).toEqual([]);
    expect(book.returns.size).toBe(150);
  });
});
