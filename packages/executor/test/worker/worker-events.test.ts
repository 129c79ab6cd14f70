import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { BenthamError } from "@bentham/core";
import { createExecutor, type Executor, type ExecutorEvents } from "@bentham/executor";
import { describe, expect, test, vi } from "vitest";
import { jobOf, jobsOf } from "../support/jobs.ts";
import { openBook, openLenders } from "../support/lenders.ts";
import { workOff } from "../support/outcomes.ts";
import { openRecorder } from "../support/recorder.ts";
import { adapterOf, answerOf, registryOf } from "../support/surface.ts";
import { TestClock } from "../support/test-clock.ts";

const EVENTS = [
  "worker:start",
  "job:start",
  "resources:acquire",
  "job:ask",
  "evidence:seal",
  "resources:release",
  "job:commit",
  "job:end",
  "job:result",
  "worker:stop",
] as const satisfies (keyof ExecutorEvents)[];

function open(adapter = adapterOf(() => answerOf("hi"), { session: true })): { executor: Executor; clock: TestClock } {
  const clock = new TestClock();
  const executor = createExecutor({
    surfaceAdapters: registryOf(adapter),
    ...openLenders(openBook(), clock),
    evidenceCollector: openRecorder().collector,
    clock,
  });
  return { executor, clock };
}

describe("the events of a worker", () => {
  test("tell the way of a job, in its order", async () => {
    const { executor, clock } = open();
    const told: unknown[] = [];
    for (const name of EVENTS) executor.on(name, (payload) => told.push([name, payload]));
    const job = jobOf({ credentialPool: "team" });
    executor.enqueue([job]);
    const [result] = await workOff(executor, clock, 1, { concurrency: 2 });
    const attempt = { jobId: job.jobId, attempt: 1, lane: "echo@team" };
    expect(told).toEqual([
      ["worker:start", { queueName: "bentham-jobs", concurrency: 2 }],
      ["job:start", attempt],
      ["resources:acquire", { ...attempt, credentialId: "credential-1", proxyId: "proxy-2", sessionId: "session-3" }],
      ["job:ask", { ...attempt, ask: 1 }],
      ["evidence:seal", { ...attempt, bagPath: `${job.jobId}/1` }],
      ["resources:release", attempt],
      ["job:commit", { ...attempt, outcome: "answered" }],
      ["job:end", { ...attempt, outcome: "answered", taken: true }],
      ["job:result", { result }],
      ["worker:stop", { queueName: "bentham-jobs" }],
    ]);
  });

  test("tell of a failure, of what became of it, and of each attempt", async () => {
    let asks = 0;
    const { executor, clock } = open(
      adapterOf(() => {
        if (asks++ === 0) throw new BenthamError("TIMEOUT", "late");
        throw new BenthamError("AUTH_FAILED", "bad key");
      }),
    );
    const ends: unknown[] = [];
    executor.on("job:end", ({ attempt, outcome, code, taken }) => ends.push([attempt, outcome, code, taken]));
    executor.enqueue([jobOf()]);
    await workOff(executor, clock, 1);
    expect(ends).toEqual([
      [1, "failed", "TIMEOUT", true],
      [2, "failed", "AUTH_FAILED", true],
    ]);
  });

  test("tell of each lane that rests, for how long and why, and that it goes on", async () => {
    let asks = 0;
    const { executor, clock } = open(
      adapterOf((job) => {
        if (job.surfaceId === "busy" && asks++ === 0) {
          throw new BenthamError("RATE_LIMITED", "too fast", { retryAfterMs: 30_000 });
        }
        return answerOf("hi");
      }),
    );
    const told: unknown[] = [];
    executor.on("lane:pause", ({ lane, reason, waitMs = 0 }) => told.push([lane, reason, Math.round(waitMs / 10_000)]));
    executor.on("lane:resume", ({ lane }) => told.push([lane, "goes on"]));
    executor.enqueue([...jobsOf(3, { surfaceId: "busy" }), ...jobsOf(3, { surfaceId: "other" })]);
    await executor.startWorker({ concurrency: 1 });
    await clock.advance(60_000);
    await executor.stopWorker();
    expect(told).toEqual([
      ["busy", "too fast", 3],
      ["busy", "goes on"],
    ]);
  });

  test("are published on diagnostics channels, too", async () => {
    const { executor, clock } = open();
    const heard: string[] = [];
    const listen = (_payload: unknown, channel: string | symbol): void => void heard.push(String(channel));
    for (const name of EVENTS) subscribe(`bentham:${name}`, listen);
    try {
      executor.enqueue([jobOf()]);
      await workOff(executor, clock, 1);
    } finally {
      for (const name of EVENTS) unsubscribe(`bentham:${name}`, listen);
    }
    expect(heard).toEqual(EVENTS.map((name) => `bentham:${name}`));
  });

  test.each([
    ["an error", new Error("a listener's fault")],
    ["what cannot be printed", Object.create(null)],
  ])("are heard and the jobs done, though every listener throws %s", async (_what, fault) => {
    const { executor, clock } = open();
    const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
    const heard: string[] = [];
    for (const name of EVENTS) {
      executor.on(name, () => {
        throw fault;
      });
      executor.on(name, () => heard.push(name));
    }
    executor.enqueue(jobsOf(2));
    const results = await workOff(executor, clock, 2, { concurrency: 1 });
    expect(results.every(({ success }) => success)).toBe(true);
    expect(new Set(heard)).toEqual(new Set(EVENTS));
    expect(warn).toHaveBeenCalledWith(expect.anything(), "BenthamListenerWarning");
  });

  test("are told no more to who has unsubscribed", async () => {
    const { executor, clock } = open();
    let heard = 0;
    const stop = executor.on("job:start", () => (heard += 1));
    executor.enqueue([jobOf()]);
    await workOff(executor, clock, 1);
    stop();
    executor.enqueue([jobOf({ repeat: 2 })]);
    await workOff(executor, clock, 1);
    expect(heard).toBe(1);
  });
});
