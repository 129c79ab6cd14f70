import { type ClaimedJob, seededRandom } from "@bentham/core";
import { MemoryQueue } from "@bentham/executor";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jobOf } from "../support/jobs.ts";
import { TestClock } from "../support/test-clock.ts";

const JOBS = 12;
const jobs = Array.from({ length: JOBS }, (_job, index) => jobOf({ surfaceId: `s${index % 3}`, repeat: index + 1 }));

const which = fc.nat(20);
const step = fc.oneof(
  fc.record({
    kind: fc.constant("claim" as const),
    workerId: fc.constantFrom("w1", "w2"),
    limit: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 900, 5000, 30_000, 60_000) }),
  fc.record({ kind: fc.constant("renew" as const), workerId: fc.constantFrom("w1", "w2") }),
  fc.record({
    kind: fc.constantFrom(
      "settle" as const,
      "failed" as const,
      "deferred" as const,
      "giveBack" as const,
      "park" as const,
    ),
    which,
  }),
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Ends an attempt as `kind` says, whether it still holds its lease or not. */
function end(queue: MemoryQueue, attempt: ClaimedJob, kind: "settle" | "failed" | "deferred" | "giveBack" | "park") {
  const ending = { outcome: "failed", code: "TIMEOUT", message: "late" } as const;
  switch (kind) {
    case "settle":
      return queue.settle(attempt, {
        laneEvent: "healthy",
        result: {
          jobId: attempt.jobId,
          studyId: "study",
          surfaceId: "s",
          locationId: "direct",
          queryId: "q1",
          success: true,
          metadata: { executedAt: new Date(0), executionTimeMs: 0 },
        },
      });
    case "failed":
    case "deferred":
      return queue.later(attempt, { ending: { ...ending, outcome: kind }, delayMs: 1000, laneEvent: "unhealthy" });
    case "giveBack":
      return queue.giveBack(attempt, { ...ending, outcome: "interrupted" });
    case "park":
      return queue.park(attempt, { ...ending, outcome: "parked" });
  }
}

/** What a script of events did to a queue. */
interface Played {
  readonly queue: MemoryQueue;
  readonly clock: TestClock;
  readonly ended: readonly string[];
  /** What should never happen. */
  readonly wrong: readonly string[];
}

async function play(script: readonly Step[]): Promise<Played> {
  const clock = new TestClock();
  const queue = new MemoryQueue(clock, seededRandom("orders"));
  queue.enqueue(jobs);
  const attempts: ClaimedJob[] = [];
  const ended: string[] = [];
  const wrong: string[] = [];
  const held = async (): Promise<Set<string>> =>
    new Set([...(await queue.held("w1")).keys(), ...(await queue.held("w2")).keys()]);

  for (const next of script) {
    if (next.kind === "wait") {
      await clock.advance(next.ms);
    } else if (next.kind === "renew") {
      await queue.renew(next.workerId, 60_000);
    } else if (next.kind === "claim") {
      const claimed = await queue.claim({ queueName: "q", ...next, leaseMs: 60_000 });
      const tokens = await held();
      attempts.push(...claimed);
      const inHand = attempts.filter(({ leaseToken }) => tokens.has(leaseToken)).map(({ jobId }) => jobId);
      if (claimed.length > next.limit) wrong.push("more was claimed than was asked for");
      if (new Set(inHand).size !== inHand.length) wrong.push("a job is under two leases");
      if (inHand.some((jobId) => ended.includes(jobId))) wrong.push("an ended job was claimed");
    } else {
      const attempt = attempts.at(-1 - (next.which % Math.max(1, attempts.length)));
      if (!attempt) continue;
      const isHeld = (await held()).has(attempt.leaseToken);
      const taken = await end(queue, attempt, next.kind);
      // The end of a lease that has run out is taken as long as nobody else has claimed the job.
      const isLatest = attempts.findLast(({ jobId }) => jobId === attempt.jobId) === attempt;
      if (isHeld && taken === "lost") wrong.push("an end was refused of an attempt that holds its lease");
      if (!isLatest && taken === "taken") wrong.push("an end was taken of an attempt that another has followed");
      if (taken === "taken" && (next.kind === "settle" || next.kind === "park")) ended.push(attempt.jobId);
    }
  }
  return { queue, clock, ended, wrong };
}

/** Ends every job that is left, as a worker with all the time of the world would. */
async function finish({ queue, clock }: Played): Promise<string[]> {
  const left: string[] = [];
  for (let round = 0; round < 40; round++) {
    await clock.advance(180_000);
    for (const claimed of await queue.claim({ queueName: "q", workerId: "last", limit: JOBS, leaseMs: 1e9 })) {
      left.push(claimed.jobId);
      await end(queue, claimed, "settle");
    }
  }
  return left;
}

test("no job is lost, run twice at once, or ended twice, in any order of events", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120, size: "max" }), async (script) => {
      const played = await play(script);
      expect(played.wrong).toEqual([]);
      const left = await finish(played);
      expect([...played.ended, ...left].toSorted()).toEqual(jobs.map(({ jobId }) => jobId).toSorted());
    }),
    { numRuns: 100 },
  );
}, 30_000);
