import { inspect } from "node:util";
import { trace } from "@opentelemetry/api";
import { type AskPermit, BenthamError } from "@bentham/core";
import { createExecutor, MemoryQueue } from "@bentham/executor";
import { describe, expect, test, vi } from "vitest";
import { jobOf } from "../support/jobs.ts";
import { openBook, openLenders } from "../support/lenders.ts";
import { openTelemetry } from "../support/open-telemetry.ts";
import { workOff } from "../support/outcomes.ts";
import { openRecorder } from "../support/recorder.ts";
import { adapterOf, answerOf, registryOf } from "../support/surface.ts";
import { TestClock } from "../support/test-clock.ts";

const CREDENTIAL = "sk-canary-credential";
const job = jobOf({ credentialPool: "team", runId: "study-1", query: "canary query" });

type Options = Partial<Parameters<typeof createExecutor>[0]>;

function open(adapter = adapterOf(() => answerOf("canary answer")), options: Options = {}) {
  const clock = new TestClock();
  const executor = createExecutor({
    surfaceAdapters: registryOf(adapter),
    ...openLenders(openBook(), clock),
    evidenceCollector: openRecorder().collector,
    clock,
    ...options,
  });
  return { executor, clock };
}

describe("traces", () => {
  test("show an attempt of a worker, and its steps below it", async () => {
    await using telemetry = openTelemetry();
    const { executor, clock } = open();
    executor.enqueue([job]);
    await workOff(executor, clock, 1);
    const spans = telemetry.spans();
    expect(spans.map(({ name }) => name)).toEqual([
      "bentham.acquire",
      "bentham.record",
      "bentham.ask",
      "bentham.seal",
      "bentham.validate",
      "bentham.settle",
      "bentham.attempt",
    ]);
    const attempt = spans.at(-1);
    for (const step of spans.slice(0, -1)) expect(step.parentSpanContext?.spanId).toBe(attempt?.spanContext().spanId);
    expect(attempt?.attributes).toEqual({
      "bentham.job.id": job.jobId,
      "bentham.study.id": "study",
      "bentham.run.id": "study-1",
      "bentham.query.id": "q1",
      "bentham.surface.id": "echo",
      "bentham.location.id": "direct",
      "bentham.lane": "echo@team",
      "bentham.attempt": 1,
      "bentham.outcome": "answered",
      "bentham.asks": 1,
    });
  });

  test("show each attempt of executeJob, and what it failed of", async () => {
    await using telemetry = openTelemetry();
    let asks = 0;
    const { executor, clock } = open(
      adapterOf(() => {
        if (asks++ === 0) throw new BenthamError("TIMEOUT", `late, ${CREDENTIAL}`);
        return answerOf("canary answer");
      }),
    );
    await clock.run(executor.executeJob(job));
    const attempts = telemetry.spans().filter(({ name }) => name === "bentham.attempt");
    expect(
      attempts.map(({ status, attributes }) => [attributes["bentham.attempt"], attributes["error.type"], status]),
    ).toEqual([
      [1, "TIMEOUT", { code: 2, message: "TIMEOUT" }],
      [2, undefined, { code: 0 }],
    ]);
    const asked = telemetry.spans().filter(({ name }) => name === "bentham.ask");
    expect(asked.map(({ attributes }) => attributes["error.type"])).toEqual(["TIMEOUT", undefined]);
  });

  test("do not show a deferral as an error", async () => {
    await using telemetry = openTelemetry();
    const { executor, clock } = open(
      adapterOf(() => {
        throw new BenthamError("RATE_LIMITED", "slow down");
      }),
    );
    executor.enqueue([job]);
    await clock.run(workOff(executor, clock, 1, { maxDeferrals: 1 }));
    const attempts = telemetry.spans().filter(({ name }) => name === "bentham.attempt");
    expect(
      attempts.map(({ status, attributes }) => [attributes["bentham.outcome"], attributes["error.type"], status.code]),
    ).toEqual([
      ["deferred", "RATE_LIMITED", 0],
      ["deferred", "RATE_LIMITED", 0],
    ]);
  });

  test("are above what the adapter does while it asks", async () => {
    await using telemetry = openTelemetry();
    const { executor } = open(
      adapterOf(async () => {
        await Promise.resolve();
        trace.getTracer("the adapter's").startSpan("http").end();
        return answerOf("canary answer");
      }),
    );
    await executor.executeJob(job);
    const span = (name: string) => telemetry.spans().find((found) => found.name === name);
    expect(span("http")?.parentSpanContext?.spanId).toBe(span("bentham.ask")?.spanContext().spanId);
  });

  test("and metrics tell no secret, no query, no answer and no message", async () => {
    await using telemetry = openTelemetry();
    for (const ending of [
      () => answerOf("canary answer"),
      () => {
        throw new Error(`canary message ${CREDENTIAL}`);
      },
    ]) {
      await open(adapterOf(ending)).executor.executeJob(job, { maxRetries: 0 });
    }
    const told = telemetry
      .spans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    expect(inspect([told, await telemetry.points()], { depth: 9 })).not.toContain("canary");
  });

  test("cost no job, though the SDK throws", async () => {
    await using telemetry = openTelemetry();
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    vi.spyOn(trace, "getTracer").mockImplementation(() => {
      throw new Error("the SDK's fault");
    });
    const { executor, clock } = open();
    executor.enqueue([job]);
    expect(await workOff(executor, clock, 1)).toMatchObject([{ success: true }]);
    expect(warn).toHaveBeenCalledWith(expect.anything(), "BenthamListenerWarning");
    expect(telemetry.spans()).toEqual([]);
  });
});

describe("metrics", () => {
  test("count attempts by outcome and code, asks and durations", async () => {
    await using telemetry = openTelemetry();
    let asks = 0;
    const { executor, clock } = open(
      adapterOf(() => {
        if (asks++ === 0) throw new BenthamError("TIMEOUT", "late");
        return { text: "hi", responseTimeMs: 1500 };
      }),
    );
    executor.enqueue([job]);
    await workOff(executor, clock, 1);
    const points = await telemetry.points();
    const surface = { "bentham.surface.id": "echo", "bentham.location.id": "direct" };
    expect(points["bentham.asks"]).toEqual([{ value: 2, attributes: surface }]);
    expect(points["bentham.attempts"]).toEqual([
      { value: 1, attributes: { ...surface, "bentham.outcome": "failed", "error.type": "TIMEOUT" } },
      { value: 1, attributes: { ...surface, "bentham.outcome": "answered" } },
    ]);
    expect(points["bentham.answer.duration"]).toMatchObject([{ value: { sum: 1.5, count: 1 } }]);
    expect(points["bentham.attempt.duration"]).toHaveLength(2);
    expect(points["bentham.leases.lost"] ?? []).toEqual([]);
  });

  test("count the waits in front of questions, by their reason", async () => {
    await using telemetry = openTelemetry();
    const clock = new TestClock();
    const permits: AskPermit[] = [
      { kind: "wait", reason: "breaker", waitMs: 800 },
      { kind: "wait", reason: "rate", waitMs: 400 },
    ];
    const queue = new MemoryQueue(clock, () => 0.5);
    vi.spyOn(queue, "beforeAsk").mockImplementation(async () => permits.shift() ?? { kind: "go" });
    const { executor } = open(undefined, { jobStore: queue, clock });
    const waits: unknown[] = [];
    executor.on("job:wait", ({ reason, waitMs }) => waits.push([reason, waitMs]));
    queue.enqueue([job]);
    await workOff(executor, clock, 1);
    const found = (await telemetry.points())["bentham.wait.duration"];
    expect(found).toMatchObject([
      { value: { sum: 0.8 }, attributes: { "bentham.wait.reason": "breaker" } },
      { value: { sum: 0.4 }, attributes: { "bentham.wait.reason": "rate" } },
    ]);
    expect(waits).toEqual([
      ["breaker", 800],
      ["rate", 400],
    ]);
  });

  test("count a lease that was lost", async () => {
    await using telemetry = openTelemetry();
    const clock = new TestClock();
    const queue = new MemoryQueue(clock, () => 0.5);
    vi.spyOn(queue, "settle").mockResolvedValue("lost");
    const { executor } = open(undefined, { jobStore: queue, clock });
    const ended = new Promise((resolve) => executor.on("job:end", resolve));
    queue.enqueue([job]);
    await executor.startWorker();
    await clock.run(ended);
    await clock.run(executor.stopWorker({ grace: 0 }));
    expect((await telemetry.points())["bentham.leases.lost"]).toMatchObject([{ value: 1 }]);
  });
});
