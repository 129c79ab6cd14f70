import { BenthamError, type JobQueue, seededRandom } from "@bentham/core";
import { createExecutor, type Executor, type ExecutorEvents, MemoryQueue } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf, jobsOf } from "../support/jobs.ts";
import { openBook, openLenders, unbalanced } from "../support/lenders.ts";
import { nextResults } from "../support/outcomes.ts";
import { queueOver } from "../support/queue-over.ts";
import { adapterOf, answerOf, registryOf } from "../support/surface.ts";
import { TestClock } from "../support/test-clock.ts";

const OTHER = { queueName: "bentham-jobs", workerId: "other", limit: 10, leaseMs: 60_000 };
const down = (): Promise<never> => Promise.reject(new Error("the store does not answer"));

function open(change: (queue: MemoryQueue, clock: TestClock) => Partial<JobQueue>, asksFor = 0) {
  const clock = new TestClock();
  const queue = new MemoryQueue(clock, seededRandom("lease"));
  const book = openBook();
  const aborted: unknown[] = [];
  let asks = 0;
  const adapter = adapterOf(
    async (_job, context) => {
      asks += 1;
      context.signal.addEventListener("abort", () => aborted.push(context.signal.reason));
      await context.clock.sleep(asksFor, context.signal);
      return answerOf("hi");
    },
    { session: true },
  );
  const executor = createExecutor({
    surfaceAdapters: registryOf(adapter),
    ...openLenders(book, clock),
    jobStore: queueOver(queue, change(queue, clock)),
    clock,
  });
  return { clock, queue, book, executor, aborted, asks: () => asks, told: tellingOf(executor) };
}

/** What the executor tells of the ends of attempts, of results and of its store. */
function tellingOf(executor: Executor): { ends: ExecutorEvents["job:end"][]; results: string[]; errors: unknown[] } {
  const told = { ends: [] as ExecutorEvents["job:end"][], results: [] as string[], errors: [] as unknown[] };
  executor.on("job:end", (event) => told.ends.push(event));
  executor.on("job:result", ({ result }) => told.results.push(result.jobId));
  executor.on("worker:error", ({ error }) => told.errors.push(error));
  return told;
}

describe("a lease", () => {
  test("is renewed for as long as its job takes", async () => {
    const { clock, queue, executor, told } = open(() => ({}), 500_000);
    queue.enqueue([jobOf()]);
    const ended = nextResults(executor, 1);
    await executor.startWorker({ timeout: 600_000 });
    await clock.advance(450_000);
    expect(await queue.claim(OTHER)).toEqual([]);
    expect(await clock.run(ended)).toMatchObject([{ success: true, metadata: { attempts: 1 } }]);
    await clock.run(executor.stopWorker());
    expect(told.errors).toEqual([]);
  });

  test("that the store has given to another ends the attempt at once, and nothing is written", async () => {
    // The worker is paused for so long that its lease runs out, and another takes the job.
    let renews = true;
    const { clock, queue, book, executor, aborted, told } = open(
      (memory) => ({
        renew: (workerId, leaseMs) => (renews ? memory.renew(workerId, leaseMs) : memory.held(workerId)),
        claim: (request) => (request.workerId === "first" ? memory.claim(request) : Promise.resolve([])),
      }),
      500_000,
    );
    queue.enqueue([jobOf()]);
    await executor.startWorker({ concurrency: 1, workerId: "first", timeout: 600_000, leaseMs: 10_050 });
    await clock.advance(100);
    renews = false;
    await clock.advance(10_000);
    expect(aborted).toEqual([]);
    const [others] = await queue.claim(OTHER);
    expect(others).toMatchObject({ attempt: 2, failures: 0 });
    await clock.advance(1000);
    expect(aborted[0]).toMatchObject({ code: "LEASE_LOST" });
    expect(unbalanced(book)).toEqual([]);
    expect(told.ends).toMatchObject([{ outcome: "interrupted", code: "LEASE_LOST", taken: false }]);
    expect(told.results).toEqual([]);
    expect(await queue.held("other")).toEqual(new Map([[others?.leaseToken, "runs"]]));
    await clock.run(executor.stopWorker());
  });

  test("of which the store says nothing for as long as it holds is lost, and may be another's", async () => {
    // The worker is cut off from its store after the first claim.
    let claims = 0;
    const { clock, queue, book, executor, aborted, told } = open(
      (memory) => ({
        renew: down,
        held: down,
        claim: (request) => (claims++ === 0 ? memory.claim(request) : down()),
      }),
      500_000,
    );
    queue.enqueue([jobOf()]);
    await executor.startWorker({ timeout: 600_000, workerId: "first" });
    await clock.advance(59_000);
    expect(aborted).toEqual([]);
    await clock.advance(1000);
    expect(aborted[0]).toMatchObject({ code: "LEASE_LOST" });
    expect(told.ends).toMatchObject([{ outcome: "interrupted", code: "LEASE_LOST" }]);
    expect(told.results).toEqual([]);
    expect(unbalanced(book)).toEqual([]);
    expect(await queue.claim(OTHER)).toMatchObject([{ attempt: 2, failures: 0 }]);
    await clock.run(executor.stopWorker());
  });

  test("that was lost before a question goes out keeps it in", async () => {
    let losses = 1;
    const { clock, queue, executor, asks, told } = open((memory) => ({
      beforeAsk: async (attempt) => (losses-- > 0 ? { kind: "stop", reason: "lost" } : memory.beforeAsk(attempt)),
    }));
    queue.enqueue([jobOf()]);
    await executor.startWorker({ concurrency: 1 });
    await clock.advance(1000);
    expect(told.ends).toMatchObject([{ outcome: "interrupted", code: "LEASE_LOST" }, { outcome: "answered" }]);
    expect(asks()).toBe(1);
    await clock.run(executor.stopWorker());
  });

  test("that was lost unseen while the surface answered lets no result be written or told", async () => {
    const { clock, queue, executor, told } = open(() => ({ settle: async () => "lost" }));
    queue.enqueue([jobOf()]);
    await executor.startWorker({ concurrency: 1 });
    await clock.advance(100);
    expect(told.ends).toMatchObject([{ outcome: "answered", taken: false }]);
    expect(told.results).toEqual([]);
    await clock.run(executor.stopWorker());
  });
});

describe("a store that fails", () => {
  test.each([
    ["rejects", down],
    [
      "throws",
      (): never => {
        throw new Error("the store does not answer");
      },
    ],
  ])("when jobs are claimed, and %s, is told of and asked again at the poll interval", async (_how, claim) => {
    let calls = 0;
    const { clock, queue, executor, told } = open((memory) => ({
      claim(request) {
        calls += 1;
        return calls <= 5 ? claim() : memory.claim(request);
      },
    }));
    queue.enqueue(jobsOf(3));
    const ended = nextResults(executor, 3);
    await executor.startWorker({ pollInterval: 1000 });
    await clock.advance(2500);
    expect(calls).toBe(3);
    expect(executor.getWorkerStatus()).toMatchObject({
      state: "running",
      error: { message: "the store does not answer" },
    });
    await clock.run(ended);
    expect(told.errors).toHaveLength(5);
    expect(clock.monotonic()).toBe(5000);
    await clock.run(executor.stopWorker());
    expect("error" in executor.getWorkerStatus()).toBe(false);
  });

  test("when it is asked what is due, is polled all the same", async () => {
    const { clock, queue, executor } = open(() => ({ nextDue: down, onWake: () => () => {} }));
    await executor.startWorker({ pollInterval: 1000 });
    await clock.advance(10_500);
    queue.enqueue([jobOf()]);
    await clock.run(nextResults(executor, 1));
    expect(clock.monotonic()).toBe(11_000);
    await clock.run(executor.stopWorker());
  });

  test("when an end is written, leaves the job to the next lease", async () => {
    let failures = 1;
    const { clock, queue, executor, told, asks } = open((memory) => ({
      settle: (attempt, settlement) => (failures-- > 0 ? down() : memory.settle(attempt, settlement)),
      // What this worker did not settle it does not renew either.
      renew: async () => new Map(),
    }));
    queue.enqueue([jobOf()]);
    const ended = nextResults(executor, 1);
    await executor.startWorker();
    expect(await clock.run(ended)).toMatchObject([{ success: true, metadata: { attempts: 2 } }]);
    expect(told.errors).toHaveLength(1);
    expect(asks()).toBe(2);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(60_000);
    await clock.run(executor.stopWorker());
  });

  test("for good stops the worker's taking of jobs: asking again does not mend a corrupt file", async () => {
    let claims = 0;
    const { clock, executor, told } = open(() => ({
      claim() {
        claims += 1;
        return Promise.reject(new BenthamError("STORE_CORRUPT", "the file is damaged"));
      },
    }));
    await executor.startWorker();
    await clock.advance(60_000);
    expect(claims).toBe(1);
    expect(told.errors).toMatchObject([{ code: "STORE_CORRUPT" }]);
    expect(executor.getWorkerStatus()).toMatchObject({ state: "stopping", error: { code: "STORE_CORRUPT" } });
    await clock.run(executor.stopWorker());
    expect(executor.getWorkerStatus().state).toBe("idle");
  });
});
