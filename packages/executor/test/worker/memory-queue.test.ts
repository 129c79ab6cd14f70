import { type AttemptEnding, type ClaimedJob, type JobResult, type Outcome, seededRandom } from "@bentham/core";
import { MemoryQueue } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { jobOf, jobsOf } from "../support/jobs.ts";
import { EPOCH, TestClock } from "../support/test-clock.ts";

const claimOf = (limit: number, workerId = "w1", leaseMs = 60_000) => ({ queueName: "q", workerId, limit, leaseMs });
const ending = (outcome: Outcome, code = "TIMEOUT"): AttemptEnding => ({ outcome, code, message: code });
const result: JobResult = {
  jobId: "j",
  studyId: "s",
  surfaceId: "a",
  locationId: "direct",
  queryId: "q",
  success: true,
  metadata: { executedAt: new Date(0), executionTimeMs: 0 },
};

function open(): { queue: MemoryQueue; clock: TestClock; claim: (workerId?: string) => Promise<ClaimedJob> } {
  const clock = new TestClock();
  const queue = new MemoryQueue(clock, seededRandom("queue"));
  const claim = async (workerId?: string): Promise<ClaimedJob> => {
    const [claimed] = await queue.claim(claimOf(1, workerId));
    if (!claimed) throw new Error("nothing was claimable");
    return claimed;
  };
  return { queue, clock, claim };
}

describe("claiming from the queue in memory", () => {
  test("gives jobs in the order they came, each under its own lease", async () => {
    const { queue } = open();
    const jobs = jobsOf(4);
    queue.enqueue(jobs);
    const claimed = await queue.claim(claimOf(3));
    expect(claimed.map(({ job }) => job)).toEqual(jobs.slice(0, 3));
    expect(claimed[0]).toMatchObject({ lane: "echo", attempt: 1, generation: 1, failures: 0, deferrals: 0 });
    expect(new Set(claimed.map(({ leaseToken }) => leaseToken)).size).toBe(3);
  });

  test("goes round the lanes, so that a long one holds up nobody", async () => {
    const { queue } = open();
    queue.enqueue([
      ...jobsOf(20, { surfaceId: "a" }),
      ...jobsOf(3, { surfaceId: "b" }),
      ...jobsOf(3, { surfaceId: "c" }),
    ]);
    const lanes = (await queue.claim(claimOf(8))).map(({ lane }) => lane);
    expect(lanes).toEqual(["a", "b", "c", "a", "b", "c", "a", "b"]);
    const [next] = await queue.claim(claimOf(1));
    expect(next?.lane).toBe("c");
  });

  test("gives a lane no more than its share of the slots while others have jobs", async () => {
    const { queue } = open();
    queue.enqueue([...jobsOf(20, { surfaceId: "hangs" }), ...jobsOf(40, { surfaceId: "works" })]);
    const claimed = await queue.claim(claimOf(4));
    for (let round = 0; round < 10; round++) {
      const done = claimed.splice(0).filter(({ lane }) => lane === "works");
      for (const job of done) await queue.settle(job, { result });
      claimed.push(...(await queue.claim(claimOf(done.length))));
      expect(claimed.map(({ lane }) => lane)).toEqual(done.map(() => "works"));
    }
  });

  test("keeps credential pools of one surface in lanes of their own", async () => {
    const { queue } = open();
    queue.enqueue([jobOf(), jobOf({ credentialPool: "one", repeat: 2 }), jobOf({ credentialPool: "two", repeat: 3 })]);
    expect((await queue.claim(claimOf(9))).map(({ lane }) => lane)).toEqual(["echo", "echo@one", "echo@two"]);
  });

  test("gives no more than eight jobs of a lane at once", async () => {
    const { queue } = open();
    queue.enqueue(jobsOf(20));
    const first = await queue.claim(claimOf(20));
    expect([first.length, (await queue.claim(claimOf(20))).length]).toEqual([8, 0]);
    for (const job of first.slice(0, 3)) await queue.settle(job, { result });
    expect(await queue.claim(claimOf(20))).toHaveLength(3);
  });

  test("leaves a job that is there already as it is, and takes an ended one for a new one", async () => {
    const { queue, claim } = open();
    queue.enqueue([jobOf()]);
    const first = await claim();
    queue.enqueue([jobOf({ query: "another" })]);
    expect(await queue.claim(claimOf(9))).toEqual([]);
    expect(await queue.settle(first, { result })).toBe("taken");
    queue.enqueue([jobOf()]);
    expect(await claim()).toMatchObject({ attempt: 1 });
  });

  test("hands out no job past its deadline", async () => {
    const { queue, clock } = open();
    queue.enqueue([jobOf({ deadline: EPOCH + 1000 })]);
    await clock.advance(1000);
    expect(await queue.claim(claimOf(9))).toEqual([]);
    expect(await queue.nextDue()).toBeUndefined();
  });
});

describe("a lease of the queue in memory", () => {
  test("runs out, and the job comes back unspent", async () => {
    const { queue, clock, claim } = open();
    queue.enqueue([jobOf()]);
    const first = await claim();
    await clock.advance(59_999);
    expect(await queue.claim(claimOf(1))).toEqual([]);
    await clock.advance(1);
    expect(await claim("w2")).toMatchObject({ jobId: first.jobId, attempt: 2, failures: 0, deferrals: 0 });
  });

  test("holds for as long as it is renewed, by its own worker alone", async () => {
    const { queue, clock, claim } = open();
    queue.enqueue([jobOf()]);
    const { leaseToken } = await claim("w1");
    await clock.advance(50_000);
    expect(await queue.renew("w2", 60_000)).toEqual(new Map());
    expect(await queue.renew("w1", 60_000)).toEqual(new Map([[leaseToken, "runs"]]));
    await clock.advance(59_000);
    expect(await queue.claim(claimOf(1, "w2"))).toEqual([]);
    expect(await queue.held("w1")).toEqual(new Map([[leaseToken, "runs"]]));
  });

  test("that has passed to another lets the first one write nothing", async () => {
    const { queue, clock, claim } = open();
    queue.enqueue([jobOf()]);
    const zombie = await claim("w1");
    await clock.advance(60_000);
    const owner = await claim("w2");
    expect(await queue.beforeAsk(zombie)).toEqual({ kind: "stop", reason: "lost" });
    expect(await queue.settle(zombie, { result })).toBe("lost");
    expect(await queue.later(zombie, { ending: ending("failed"), delayMs: 0 })).toBe("lost");
    expect(await queue.giveBack(zombie, ending("interrupted"))).toBe("lost");
    expect(await queue.park(zombie, ending("parked"))).toBe("lost");
    expect(await queue.held("w1")).toEqual(new Map());
    expect(await queue.settle(owner, { result })).toBe("taken");
  });

  test("is good for its own job only, and for one end", async () => {
    const { queue } = open();
    queue.enqueue(jobsOf(2));
    const [one, other] = await queue.claim(claimOf(2));
    if (!one || !other) throw new Error("two jobs were enqueued");
    expect(await queue.settle({ jobId: other.jobId, leaseToken: one.leaseToken }, { result })).toBe("lost");
    expect(await queue.settle({ jobId: one.jobId, leaseToken: "guessed" }, { result })).toBe("lost");
    expect(await queue.settle(one, { result })).toBe("taken");
    expect(await queue.settle(one, { result })).toBe("lost");
  });
});

describe("the end of an attempt", () => {
  test.each([
    ["failed", { failures: 1, deferrals: 0 }],
    ["deferred", { failures: 0, deferrals: 1 }],
  ] as const)("%s lets its job wait, and counts", async (outcome, counts) => {
    const { queue, clock, claim } = open();
    queue.enqueue([jobOf()]);
    expect(await queue.later(await claim(), { ending: ending(outcome), delayMs: 5000 })).toBe("taken");
    expect([await queue.claim(claimOf(1)), await queue.nextDue()]).toEqual([[], 5000]);
    await clock.advance(5000);
    expect(await claim()).toMatchObject({ attempt: 2, ...counts });
  });

  test("that gives back lets its job go on at once, and counts nothing", async () => {
    const { queue, claim } = open();
    queue.enqueue([jobOf()]);
    await queue.giveBack(await claim(), ending("interrupted"));
    expect(await claim()).toMatchObject({ attempt: 2, failures: 0, deferrals: 0 });
  });

  test("that parks takes its job out of the queue", async () => {
    const { queue, claim } = open();
    queue.enqueue([jobOf()]);
    expect(await queue.park(await claim(), ending("parked"))).toBe("taken");
    expect([await queue.claim(claimOf(1)), await queue.nextDue()]).toEqual([[], undefined]);
  });

  test("that pauses its lane keeps every job of the lane, and of no other", async () => {
    const { queue, clock } = open();
    queue.enqueue([...jobsOf(3, { surfaceId: "a" }), ...jobsOf(2, { surfaceId: "b" })]);
    const [a, b, running] = await queue.claim(claimOf(3));
    if (!a || !b || !running) throw new Error("three jobs were claimable");
    const pause = { scope: { kind: "lane", id: "a" }, forMs: 9000, reason: "429" } as const;
    await queue.later(a, { ending: ending("deferred", "RATE_LIMITED"), delayMs: 0, pause });
    await queue.later(running, { ending: ending("deferred"), delayMs: 0, pause: { ...pause, forMs: 10 } });
    expect((await queue.claim(claimOf(9))).map(({ lane }) => lane)).toEqual(["b"]);
    expect(await queue.nextDue()).toBe(9000);
    await clock.advance(9000);
    expect((await queue.claim(claimOf(9))).map(({ lane }) => lane)).toEqual(["a", "a", "a"]);
  });

  test("wakes who listens, until he listens no more", async () => {
    const { queue, claim } = open();
    let woken = 0;
    const stop = queue.onWake(() => (woken += 1));
    queue.enqueue([jobOf()]);
    expect(woken).toBe(1);
    await queue.giveBack(await claim(), ending("interrupted"));
    expect(woken).toBe(2);
    stop();
    queue.enqueue(jobsOf(3));
    expect(woken).toBe(2);
  });
});

describe("a question to a lane", () => {
  test("goes out at once while nothing is known of the lane", async () => {
    const { queue, claim } = open();
    queue.enqueue([jobOf()]);
    expect(await queue.beforeAsk(await claim())).toEqual({ kind: "go" });
  });

  test("stays in once the job's deadline has passed", async () => {
    const { queue, clock, claim } = open();
    queue.enqueue([jobOf({ deadline: EPOCH + 1000 })]);
    const claimed = await claim();
    await clock.advance(1000);
    expect(await queue.beforeAsk(claimed)).toEqual({ kind: "stop", reason: "deadline" });
  });

  test("is spaced after a 429, a second ahead at most", async () => {
    const { queue, clock } = open();
    queue.enqueue(jobsOf(8));
    const claimed = await queue.claim(claimOf(8));
    const [first, ...others] = claimed;
    if (!first) throw new Error("eight jobs were claimable");
    await queue.later(first, { ending: ending("deferred"), delayMs: 60_000, laneEvent: "rate-limited" });
    const permits = await Promise.all(others.map((job) => queue.beforeAsk(job)));
    // 5 questions a second: one now, and one each 200 ms for a second.
    const waits = [200, 400, 600, 800, 1000, 1200].map((waitMs) => ({ kind: "wait", waitMs, reason: "rate" }));
    expect(permits).toEqual([{ kind: "go" }, ...waits]);
    await clock.advance(200);
    // The last one's turn was more than a second off, and not kept; the next one's has come.
    expect(await queue.beforeAsk(claimed[7] ?? first)).toEqual({ kind: "wait", waitMs: 1000, reason: "rate" });
    expect(await queue.beforeAsk(claimed[2] ?? first)).toEqual({ kind: "go" });
  });

  test("is let through an open breaker once, as the probe", async () => {
    const { queue, clock } = open();
    queue.enqueue(jobsOf(12));
    const claimed = await queue.claim(claimOf(8));
    const retry = { ending: ending("failed", "UPSTREAM_ERROR"), delayMs: 0, laneEvent: "unhealthy" } as const;
    for (const job of claimed.slice(0, 5)) await queue.later(job, retry);
    const underWay = claimed.slice(5);
    expect(await queue.nextDue()).toBeUndefined();
    expect(await queue.claim(claimOf(8))).toEqual([]);
    const permits = await Promise.all(underWay.map((job) => queue.beforeAsk(job)));
    expect(permits.map(({ kind }) => kind)).toEqual(["wait", "wait", "wait"]);
    for (const job of underWay) await queue.giveBack(job, ending("interrupted"));

    await clock.advance((await queue.nextDue()) ?? 0);
    const probes = await queue.claim(claimOf(8));
    expect(probes).toHaveLength(1);
    const [probe] = probes;
    if (!probe) throw new Error("one probe was claimed");
    expect(await queue.beforeAsk(probe)).toMatchObject({ kind: "go" });
    expect([await queue.claim(claimOf(8)), await queue.nextDue()]).toEqual([[], undefined]);
    await queue.settle(probe, { result, laneEvent: "healthy" });
    expect(await queue.claim(claimOf(8))).toHaveLength(8);
  });
});
