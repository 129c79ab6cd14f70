import type {
  CredentialVault,
  EvidenceCollector,
  JobQueue,
  ProxyManager,
  Reporter,
  SessionPool,
  SurfaceAdapterRegistry,
  Validator,
} from "@bentham/core";
import { DEFAULT_HUMAN_BEHAVIOR } from "@bentham/core";
// The import lines of the seed, as they stand there.
import { createExecutor } from "@bentham/executor";
import { calculateBackoff, RetryStrategy } from "@bentham/executor";
import { classifyError, isRetryable } from "@bentham/executor";
import type { Executor, ExecutorOptions, HumanBehaviorConfig, Job, JobResult } from "@bentham/executor";
import { describe, expect, expectTypeOf, test } from "vitest";
import { jobOf } from "./support/jobs.ts";
import { openBook, openLenders } from "./support/lenders.ts";
import { openRecorder } from "./support/recorder.ts";
import { adapterOf, answerOf, registryOf } from "./support/surface.ts";
import { TestClock } from "./support/test-clock.ts";

describe("the seed's programs", () => {
  test("quick start: an executor of five parts, one job, a worker", async () => {
    const clock = new TestClock();
    const adapterRegistry = registryOf(adapterOf(() => answerOf("hi"), { session: true }));
    const {
      sessionPool: sessionPoolClient,
      proxyManager: proxyManagerClient,
      credentialVault: vaultClient,
    } = openLenders(openBook(), clock);
    const evidenceClient = openRecorder().collector;
    const job = jobOf({ credentialPool: "team" });

    const executor = createExecutor({
      surfaceAdapters: adapterRegistry,
      sessionPool: sessionPoolClient,
      proxyManager: proxyManagerClient,
      evidenceCollector: evidenceClient,
      credentialVault: vaultClient,
    });
    const result = await executor.executeJob(job);
    expect(result.success).toBe(true);

    await executor.startWorker({ concurrency: 5, pollInterval: 1000, queueName: "bentham-jobs" });
    const status = executor.getWorkerStatus();
    expect(status).toMatchObject({ state: "running", concurrency: 5, queueName: "bentham-jobs" });
    await executor.stopWorker();
  });

  test("job execution: the options of executeJob", async () => {
    const executor = createExecutor({ surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))) });
    const result = await executor.executeJob(jobOf(), { timeout: 60000, maxRetries: 3, collectEvidence: true });
    expect(result.success).toBe(true);
  });

  test("retry logic: a delay, and a strategy of one's own", () => {
    const delay = calculateBackoff({ attempt: 3, baseDelay: 1000, maxDelay: 30000, jitter: 0.2 });
    expect(delay).toBeGreaterThan(0);
    const strategy: RetryStrategy = {
      maxRetries: 5,
      baseDelay: 1000,
      maxDelay: 60000,
      backoffMultiplier: 2,
      jitterFactor: 0.25,
      retryableErrors: ["RATE_LIMITED", "TIMEOUT", "NETWORK_ERROR"],
    };
    expect(RetryStrategy.of(strategy)).toEqual(strategy);
  });

  test("resource management: acquire and release", async () => {
    const executor = createExecutor({
      surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"), { session: true })),
      ...openLenders(openBook(), new TestClock()),
    });
    const resources = await executor.acquireResources(jobOf({ credentialPool: "team" }));
    const { session, proxy, credential } = resources;
    expect([session, proxy, credential].map((lease) => typeof lease?.release)).toEqual([
      "function",
      "function",
      "function",
    ]);
    await executor.releaseResources(resources);
  });

  test("error handling: classify, and retry where that can help", async () => {
    const clock = new TestClock();
    const attempts: number[] = [];
    const maxRetries = 3;
    const execute = async (attempt: number): Promise<string> => {
      attempts.push(attempt);
      const error = Object.assign(new Error("fetch failed"), { cause: { code: "ECONNRESET" } });
      const classification = classifyError(error);
      expect(Object.keys(classification).toSorted()).toEqual(["category", "code", "isRetryable", "suggestedAction"]);
      if (isRetryable(error) && attempt < maxRetries) {
        await clock.sleep(calculateBackoff({ attempt }));
        return execute(attempt + 1);
      }
      return classification.code;
    };
    expect(await clock.run(execute(1))).toBe("NETWORK_ERROR");
    expect(attempts).toEqual([1, 2, 3]);
  });

  test("human behavior: its defaults are the seed's figures", () => {
    expectTypeOf(DEFAULT_HUMAN_BEHAVIOR).toEqualTypeOf<HumanBehaviorConfig>();
    expect(DEFAULT_HUMAN_BEHAVIOR).toEqual({
      typing: { minWPM: 40, maxWPM: 80, mistakeRate: 0.02, pauseProbability: 0.1 },
      mouse: { movementStyle: "bezier", clickDelay: [50, 200] },
      timing: { readingDelay: [1000, 5000], navigationDelay: [500, 2000], scrollBehavior: "gradual" },
    });
  });
});

describe("the seed's types", () => {
  test("the executor's parts are ports, and all but the adapters optional", () => {
    expectTypeOf<ExecutorOptions>().toExtend<{
      surfaceAdapters: SurfaceAdapterRegistry;
      sessionPool?: SessionPool;
      proxyManager?: ProxyManager;
      evidenceCollector?: EvidenceCollector;
      credentialVault?: CredentialVault;
      jobStore?: JobQueue;
      validator?: Validator;
      reporter?: Reporter;
    }>();
    expectTypeOf(createExecutor).toBeCallableWith({
      surfaceAdapters: { resolve: () => adapterOf(() => answerOf("hi")) },
    });
    expectTypeOf(createExecutor).returns.toEqualTypeOf<Executor>();
  });

  test("the executor's methods", () => {
    expectTypeOf<Executor["executeJob"]>().parameter(0).toEqualTypeOf<Job>();
    expectTypeOf<Executor["executeJob"]>().returns.resolves.toEqualTypeOf<JobResult>();
    expectTypeOf<Executor["startWorker"]>().returns.resolves.toBeVoid();
    expectTypeOf<Executor["stopWorker"]>().toBeCallableWith();
    expectTypeOf<Executor["releaseResources"]>().parameter(0).toExtend<{ proxy: object }>();
  });

  test("a result has the seed's members, with the seed's types", () => {
    interface SeedResult {
      jobId: string;
      studyId: string;
      surfaceId: string;
      locationId: string;
      queryId: string;
      success: boolean;
      response?: { text: string; responseTimeMs: number; tokenCount?: number };
      error?: { code: string; message: string; isRetryable: boolean; retryCount: number };
      evidence?: {
        screenshotPath?: string;
        htmlArchivePath?: string;
        harFilePath?: string;
        sha256Hash: string;
        capturedAt: Date;
      };
      metadata: {
        executedAt: Date;
        executionTimeMs: number;
        proxyUsed?: string;
        sessionId?: string;
        credentialId?: string;
      };
    }
    expectTypeOf<JobResult>().toExtend<SeedResult>();
    // What the seed's structure holds is a result: every member beyond it is optional.
    expectTypeOf<SeedResult>().toExtend<JobResult>();
  });

  test("a classification has the seed's members", () => {
    expectTypeOf(classifyError).toBeCallableWith(new Error("x"));
    expectTypeOf(classifyError).returns.toExtend<{
      code: string;
      category: string;
      isRetryable: boolean;
      suggestedAction: string;
    }>();
    expectTypeOf(isRetryable).toBeCallableWith("anything");
    expectTypeOf(isRetryable).returns.toBeBoolean();
  });
});
