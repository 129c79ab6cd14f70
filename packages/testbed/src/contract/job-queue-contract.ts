import assert from "node:assert/strict";
import type { ClaimedJob } from "@bentham/core";
import { aJob } from "../a-job.ts";
import type { ContractCase } from "./contract-case.ts";
import {
  assertAbout,
  at,
  claim,
  fail,
  failed,
  idsOf,
  interrupted,
  jobs,
  LANE_SLOTS,
  LEASE,
  settle,
  type JobQueueHarness,
} from "./job-queue-harness.ts";
import { resultOf } from "./result-of.ts";

/** What every job queue must do, durable or not. */
export const jobQueueContract: readonly ContractCase<JobQueueHarness>[] = [
  {
    name: "hands out jobs in the order they came, each once",
    async run(harness) {
      await harness.enqueue(jobs(5));
      assert.deepEqual(idsOf(await claim(harness, 2)), ["j1", "j2"]);
      assert.deepEqual(idsOf(await claim(harness, 5)), ["j3", "j4", "j5"]);
      assert.deepEqual(await claim(harness, 5), []);
    },
  },
  {
    name: "makes one job of a job that is enqueued twice",
    async run(harness) {
      await harness.enqueue(jobs(1));
      await harness.enqueue(jobs(1));
      assert.deepEqual(idsOf(await claim(harness, 5)), ["j1"]);
    },
  },
  {
    name: "gives each attempt a number and a token of its own",
    async run(harness) {
      await harness.enqueue(jobs(1));
      const [first] = await claim(harness, 1);
      assert(first);
      assert.equal(first.attempt, 1);
      await harness.queue.giveBack(first, interrupted);
      const [second] = await claim(harness, 1);
      assert(second);
      assert.equal(second.attempt, 2);
      assert.notEqual(second.leaseToken, first.leaseToken);
    },
  },
  {
    name: "gives no lane more slots than it has, and gives freed ones out again",
    async run(harness) {
      await harness.enqueue(jobs(20));
      const held = await claim(harness, 20);
      assert.equal(held.length, LANE_SLOTS);
      assert.deepEqual(await claim(harness, 20), []);
      for (const job of held.slice(0, 3)) await settle(harness, job);
      assert.equal((await claim(harness, 20)).length, 3);
    },
  },
  {
    name: "lets lanes take turns, however long their queues are",
    async run(harness) {
      await harness.enqueue([...jobs(50, "long"), ...jobs(3, "short")]);
      const lanes = (await claim(harness, 6)).map(({ lane }) => lane);
      assert.equal(lanes.filter((lane) => lane === "short").length, 3);
    },
  },
  {
    name: "lets a lane that hangs take no turn from the others",
    async run(harness) {
      await harness.enqueue([...jobs(50, "hangs"), ...jobs(50, "works")]);
      let hanging = 0;
      let worked = 0;
      // Four slots of a worker: whatever hangs keeps its slot, whatever works frees it at once.
      for (let turn = 0; turn < 20; turn++) {
        for (const job of await claim(harness, 4 - hanging)) {
          if (job.lane === "hangs") hanging += 1;
          else worked += (await settle(harness, job)) === "taken" ? 1 : 0;
        }
      }
      assert(hanging < 4, "the lane that hangs has taken every slot");
      assert(worked >= 19, `only ${worked} jobs of the lane that works were done`);
    },
  },
  {
    name: "hands out what is within the bounds of a claim, and says when that is due, not what is beyond them",
    async run(harness) {
      const { queue, queueName } = harness;
      await harness.enqueue([
        aJob({ jobId: "j1", queryId: "q1", surfaceId: "one", runId: "one-other-1" }),
        aJob({ jobId: "j2", queryId: "q2", surfaceId: "one", runId: "one-other-1", locationId: "de" }),
        aJob({ jobId: "j3", queryId: "q3", surfaceId: "other", runId: "one-other-1", credentialPool: "team" }),
      ]);
      await harness.enqueue([
        aJob({ jobId: "k1", queryId: "q1", surfaceId: "page", runId: "page-1", surface: { adapter: "chat" } }),
      ]);
      const all = { queueName, workerId: "worker", limit: 9, leaseMs: LEASE };
      for (const [only, expected] of [
        [{ runIds: new Set(["page-1"]) }, ["k1"]],
        [{ locationIds: new Set(["de"]) }, ["j2"]],
        [{ adapters: new Set(["chat"]) }, ["k1"]],
        [{ credentialPools: new Set<string>() }, ["j1", "j2", "k1"]],
        [{ credentialPools: new Set(["team"]), adapters: new Set(["other"]) }, ["j3"]],
        [{ runIds: new Set(["one-other-1"]), locationIds: new Set(["fr"]) }, []],
      ] as const) {
        assert.equal(await queue.nextDue(queueName, only), expected.length === 0 ? undefined : 0);
        const claimed = await queue.claim({ ...all, only });
        assert.deepEqual(idsOf(claimed).toSorted(), expected);
        for (const job of claimed) await queue.giveBack(job, interrupted);
      }
      assert.equal((await queue.claim(all)).length, 4);
    },
  },
  {
    name: "keeps a job that waits until it is due, and holds no slot for it",
    async run(harness) {
      await harness.enqueue(jobs(1));
      const [job] = await claim(harness, 1);
      assert(job);
      assert.equal(await harness.queue.later(job, { ending: failed, delayMs: 5000 }), "taken");
      assert.deepEqual(await claim(harness, 1), []);
      assertAbout(await harness.queue.nextDue(harness.queueName), 5000);
      await harness.clock.advance(4999);
      assert.deepEqual(await claim(harness, 1), []);
      await harness.clock.advance(1);
      assert.deepEqual(idsOf(await claim(harness, 1)), ["j1"]);
    },
  },
  {
    name: "counts failures and deferrals apart, and interruptions not at all",
    async run(harness) {
      await harness.enqueue(jobs(1));
      const endings = [failed, { ...failed, outcome: "deferred" }, failed] as const;
      for (const ending of endings) {
        const [job] = await claim(harness, 1);
        assert(job);
        await harness.queue.later(job, { ending, delayMs: 0 });
      }
      const [job] = await claim(harness, 1);
      assert(job);
      assert.deepEqual([job.failures, job.deferrals], [2, 1]);
      await harness.queue.giveBack(job, interrupted);
      const [again] = await claim(harness, 1);
      assert.deepEqual([again?.failures, again?.deferrals, again?.attempt], [2, 1, 5]);
    },
  },
  {
    name: "takes a lease back when it runs out, and refuses whatever its holder writes then",
    async run(harness) {
      await harness.enqueue(jobs(1));
      const [zombie] = await claim(harness, 1);
      assert(zombie);
      await harness.clock.advance(LEASE + 1);
      const [heir] = await claim(harness, 1);
      assert(heir);
      assert.equal(heir.jobId, zombie.jobId);
      assert.deepEqual(await harness.queue.beforeAsk(zombie), { kind: "stop", reason: "lost" });
      assert.equal(await settle(harness, zombie), "lost");
      assert.equal(await harness.queue.later(zombie, { ending: failed, delayMs: 0 }), "lost");
      assert.equal(await harness.queue.giveBack(zombie, interrupted), "lost");
      assert.equal(await harness.queue.park(zombie, failed), "lost");
      assert.equal(await settle(harness, heir), "taken");
      assert.equal(await settle(harness, heir), "lost");
    },
  },
  {
    name: "keeps the leases that are renewed, and tells which are held",
    async run(harness) {
      await harness.enqueue(jobs(2));
      const [one, other] = await claim(harness, 2);
      assert(one && other);
      await harness.clock.advance(LEASE - 1);
      assert.deepEqual(
        await harness.queue.renew("worker", LEASE),
        new Map([one, other].map(({ leaseToken }) => [leaseToken, "runs"])),
      );
      await harness.clock.advance(LEASE - 1);
      assert.deepEqual(await claim(harness, 2), []);
      await settle(harness, one);
      assert.deepEqual(await harness.queue.held("worker"), new Map([[other.leaseToken, "runs"]]));
      assert.deepEqual(await harness.queue.held("somebody else"), new Map());
    },
  },
  {
    name: "lets nobody ask, and renews nothing, once a lease has run out, even if nobody else has taken the job",
    async run(harness) {
      await harness.enqueue(jobs(1));
      const [sleeper] = await claim(harness, 1);
      assert(sleeper);
      await harness.clock.advance(LEASE + 1);
      assert.deepEqual(await harness.queue.renew("worker", LEASE), new Map());
      assert.deepEqual(await harness.queue.beforeAsk(sleeper), { kind: "stop", reason: "lost" });
      // What it has in hand already is as good as ever: nobody has been asked for it a second time.
      assert.equal(await settle(harness, sleeper), "taken");
    },
  },
  {
    name: "tells where its lanes stand",
    async run(harness) {
      await harness.enqueue([...jobs(3), ...jobs(1, "other")]);
      const claimed = await claim(harness, 2);
      const job = claimed.find(({ lane }) => lane === "surface");
      assert(job);
      const pause = { scope: { kind: "lane", id: "surface" }, forMs: 5000, reason: "429" } as const;
      await harness.queue.later(job, { ending: { ...failed, outcome: "deferred" }, delayMs: 0, pause });
      const standings = await harness.queue.standings(harness.queueName);
      const [other, surface] = standings.toSorted((one, two) => one.lane.localeCompare(two.lane));
      assert.deepEqual(other, { lane: "other", waiting: 0, running: 1 });
      assert.deepEqual([surface?.lane, surface?.waiting, surface?.running], ["surface", 3, 0]);
      assertAbout(surface?.wait?.forMs, 5000);
      assert.equal(surface?.wait?.reason, "429");
    },
  },
  {
    name: "lets a job ask as long as it is held and its deadline has not passed",
    async run(harness) {
      await harness.enqueue([aJob({ jobId: "j1", deadline: harness.clock.now() + 1000 })]);
      const [job] = await claim(harness, 1);
      assert(job);
      assert.deepEqual(await harness.queue.beforeAsk(job), { kind: "go" });
      await harness.clock.advance(1000);
      assert.deepEqual(await harness.queue.beforeAsk(job), { kind: "stop", reason: "deadline" });
    },
  },
  {
    name: "pauses the lane that a job asks it to pause, and no other",
    async run(harness) {
      await harness.enqueue([...jobs(2, "slow"), ...jobs(1, "other")]);
      const claimed = await claim(harness, 1);
      const [job] = claimed[0]?.lane === "slow" ? claimed : await claim(harness, 1);
      assert(job);
      const pause = { scope: { kind: "lane", id: "slow" }, forMs: 10_000, reason: "429" } as const;
      await harness.queue.later(job, { ending: { ...failed, outcome: "deferred" }, delayMs: 10_000, pause });
      assert((await claim(harness, 5)).every(({ lane }) => lane === "other"));
      await harness.clock.advance(10_000);
      const again = await claim(harness, 5);
      assert.equal(again.length, 2);
      // A job that has ended may have been told so, too.
      assert(again[0]);
      await harness.queue.settle(again[0], { result: resultOf(again[0]), pause });
      assert.deepEqual(await harness.queue.beforeAsk(again[1] ?? job), {
        kind: "wait",
        waitMs: 10_000,
        reason: "paused",
      });
    },
  },
  {
    name: "pauses the location that a job asks it to pause, in every lane, and no other",
    async run(harness) {
      await harness.enqueue([at("j1", "far", "one"), at("j2", "far", "two"), at("j3", "near", "one")]);
      const claimed = await claim(harness, 3);
      const pause = { scope: { kind: "location", id: "far" }, forMs: 10_000, reason: "no proxy" } as const;
      const ending = { ...failed, outcome: "deferred" } as const;
      for (const job of claimed)
        await harness.queue.later(job, { ending, delayMs: 0, ...(job.jobId === "j1" ? { pause } : {}) });
      assert.deepEqual(
        (await claim(harness, 5)).map(({ jobId }) => jobId),
        ["j3"],
      );
      assertAbout(await harness.queue.nextDue(harness.queueName), 10_000);
      await harness.clock.advance(10_000);
      assert.equal((await claim(harness, 5)).length, 2);
    },
  },
  {
    name: "spaces the questions of a lane that was told it is too fast",
    async run(harness) {
      await harness.enqueue(jobs(3));
      const [one, two, three] = await claim(harness, 3);
      assert(one && two && three);
      await harness.queue.later(one, { ending: failed, delayMs: 60_000, laneEvent: "rate-limited" });
      assert.deepEqual(await harness.queue.beforeAsk(two), { kind: "go" });
      const soon = { kind: "wait", reason: "rate" } as const;
      assert.deepEqual(await harness.queue.beforeAsk(three), { ...soon, waitMs: 200 });
      await harness.clock.advance(50);
      // The turn is kept, and not taken a second time.
      assert.deepEqual(await harness.queue.beforeAsk(three), { ...soon, waitMs: 150 });
      assert.deepEqual(await harness.queue.beforeAsk(two), { ...soon, waitMs: 350 });
      await harness.clock.advance(150);
      assert.deepEqual(await harness.queue.beforeAsk(three), { kind: "go" });
      // Whoever comes more than a second late for it takes the next one.
      await harness.clock.advance(1201);
      assert.deepEqual(await harness.queue.beforeAsk(two), { kind: "go" });
      assert.deepEqual(await harness.queue.beforeAsk(three), { ...soon, waitMs: 200 });
    },
  },
  {
    name: "opens the breaker after five failures of the surface in a row, and sends one probe through it",
    async run(harness) {
      await harness.enqueue(jobs(10));
      for (const job of await claim(harness, 5)) await fail(harness, job, "unhealthy");
      assert.deepEqual(await claim(harness, 5), []);
      const due = await harness.queue.nextDue(harness.queueName);
      assert(due !== undefined && due >= 4000 && due <= 6000, `opens for 5 s, give or take, but ${due} ms`);
      await harness.clock.advance(due);
      const probes = await claim(harness, 5);
      assert.equal(probes.length, 1);
      const [probe] = probes;
      assert(probe);
      assert.deepEqual(await claim(harness, 5), []);
      assert.notEqual(await harness.queue.nextDue(harness.queueName), 0, "what cannot be claimed is said to be due");
      assert.equal((await harness.queue.beforeAsk(probe)).kind, "go");
      assert.deepEqual(await claim(harness, 5), []);
      await settle(harness, probe);
      assert((await claim(harness, 5)).length > 1, "the breaker stays open after a probe that was answered");
    },
  },
  {
    name: "sends another probe at once where one came to nothing",
    async run(harness) {
      const { queue, queueName } = harness;
      await harness.enqueue(jobs(10));
      for (const job of await claim(harness, 5)) await fail(harness, job, "unhealthy");
      await harness.clock.advance((await queue.nextDue(queueName)) ?? 0);
      for (const end of [
        (probe: ClaimedJob) => queue.giveBack(probe, interrupted),
        (probe: ClaimedJob) => queue.park(probe, { ...failed, outcome: "parked", code: "CHALLENGE" }),
        (probe: ClaimedJob) => queue.later(probe, { ending: failed, delayMs: 60_000 }),
      ]) {
        const [probe] = await claim(harness, 5);
        assert(probe, "a probe that came to nothing is waited for");
        assert.equal((await queue.beforeAsk(probe)).kind, "go");
        await end(probe);
      }
      assert.equal((await claim(harness, 5)).length, 1);
    },
  },
  {
    name: "sets a parked job aside",
    async run(harness) {
      await harness.enqueue(jobs(1));
      const [job] = await claim(harness, 1);
      assert(job);
      assert.equal(await harness.queue.park(job, { ...failed, outcome: "parked", code: "CHALLENGE" }), "taken");
      await harness.clock.advance(LEASE * 10);
      assert.deepEqual(await claim(harness, 1), []);
    },
  },
  {
    name: "tells when the next job is due: now, later, or not by time alone",
    async run(harness) {
      assert.equal(await harness.queue.nextDue(harness.queueName), undefined);
      await harness.enqueue(jobs(LANE_SLOTS + 1));
      assert.equal(await harness.queue.nextDue(harness.queueName), 0);
      await claim(harness, LANE_SLOTS);
      assert.equal(await harness.queue.nextDue(harness.queueName), undefined);
    },
  },
  {
    name: "wakes its listeners when jobs may have become claimable",
    async run(harness) {
      let woken = 0;
      const stop = harness.queue.onWake(() => (woken += 1));
      await harness.enqueue(jobs(1));
      assert(woken > 0, "enqueueing wakes nobody");
      const [job] = await claim(harness, 1);
      assert(job);
      woken = 0;
      await settle(harness, job);
      assert(woken > 0, "a slot that is freed wakes nobody");
      stop();
      woken = 0;
      await harness.enqueue(jobs(1, "other"));
      assert.equal(woken, 0);
    },
  },
];
