import assert from "node:assert/strict";
import type { JobQueue, JobResult, RunStore, SharedState } from "@bentham/core";
import type { SimulatedClock } from "../simulated-clock.ts";
import type { ContractCase } from "./contract-case.ts";
import { resultOf } from "./result-of.ts";
import {
  LEASE,
  QUEUE,
  cellsOf,
  claim,
  codeFor,
  empty,
  enqueued,
  failure,
  increment,
  open,
  plan,
  results,
  settings,
  standing,
} from "./stored-study.ts";

/** A store under test, empty, on a clock that the test moves. */
export interface RunStoreHarness {
  readonly store: JobQueue & RunStore & SharedState;
  readonly clock: SimulatedClock;
}

/** What every durable store must do beside being a job queue. */
export const runStoreContract: readonly ContractCase<RunStoreHarness>[] = [
  {
    name: "opens a run, goes on with it, and starts the next one when told to",
    async run({ store }) {
      const first = await open(store);
      assert.deepEqual([first.kind, first.run.runId, first.run.series], ["created", "study-1", 1]);
      assert.deepEqual([first.run.planned, first.run.enqueued, first.run.finished], [4, false, false]);
      assert.equal((await open(store)).kind, "continued");
      const other = await open(store, { planHash: "another" });
      assert.deepEqual([other.kind, other.run.planHash], ["changed", "hash"]);
      await store.markFinished("study-1");
      assert.equal((await open(store)).kind, "finished");
      const next = await open(store, { startNew: true, planHash: "another" });
      assert.deepEqual([next.kind, next.run.runId], ["created", "study-2"]);
      assert.deepEqual(
        (await store.runs()).map(({ runId }) => runId),
        ["study-2", "study-1"],
      );
      assert.deepEqual(
        (await store.runs("unfinished")).map(({ runId }) => runId),
        ["study-2"],
      );
      assert.equal((await store.latestRun("study"))?.runId, "study-2");
    },
  },
  {
    name: "gives two starts at once the same run",
    async run({ store }) {
      const opened = await Promise.all([open(store), open(store)]);
      assert.deepEqual(opened.map(({ kind }) => kind).toSorted(), ["continued", "created"]);
      assert.equal(opened[0]?.run.runId, opened[1]?.run.runId);
    },
  },
  {
    name: "takes new settings when a run goes on",
    async run({ store }) {
      await open(store, { settings: { ...settings, budgetCalls: 1 } });
      const { run } = await open(store, { settings: { ...settings, budgetCalls: 7 } });
      assert.equal(run.settings.budgetCalls, 7);
    },
  },
  {
    name: "asks where the operator says that a surface is now",
    async run({ store }) {
      await enqueued(store);
      const [before] = await claim(store, 1);
      assert.equal(before?.job.surface?.baseURL, undefined);
      const settingsOfSurface = { model: "small", baseURL: "http://127.0.0.1:1/v1" };
      await store.openRun({
        plan: { ...plan, surfaces: [{ id: "llm", settings: settingsOfSurface, evidence: "full" }] },
        planHash: "hash",
        settings,
        queueName: QUEUE,
      });
      const [after] = await claim(store, 1);
      assert.deepEqual(after?.job.surface, settingsOfSurface);
    },
  },
  {
    name: "counts every planned cell from the start, enqueued or not",
    async run({ store }) {
      const { run } = await open(store);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, pending: 4 });
      await store.enqueue(run.runId, cellsOf(run).slice(0, 3));
      await store.enqueue(run.runId, cellsOf(run));
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, pending: 4 });
      const [job] = await claim(store, 1);
      assert(job);
      await store.settle(job, { result: resultOf(job) });
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, answered: 1, pending: 3 });
    },
  },
  {
    name: "hands out jobs with all that the plan says of them",
    async run({ store }) {
      await enqueued(store);
      const claimed = await claim(store, 4);
      assert.deepEqual(claimed.map(({ job }) => job.query).toSorted(), ["How?", "How?", "Why?", "Why?"]);
      const [first] = claimed;
      assert(first);
      const { studyId, runId, surface, evidence, gates } = first.job;
      assert.deepEqual(
        { studyId, runId, surface, evidence, gates },
        { studyId: "study", runId: "study-1", surface: { model: "small" }, evidence: "full", gates: { minLength: 3 } },
      );
    },
  },
  {
    name: "keeps results byte for byte, with their dates",
    async run({ store }) {
      await enqueued(store);
      const [job] = await claim(store, 1);
      assert(job);
      const text = "NUL \0, a lone \ud800 surrogate, \u202e bidi, \u{1F9D1}\u200d\u{1F680}, \ufeff and \u2028";
      const result: JobResult = { ...resultOf(job), response: { text, responseTimeMs: 5 } };
      await store.settle(job, { result });
      assert.deepEqual(await results(store), [result]);
    },
  },
  {
    name: "asks chosen cells again in a new generation, and keeps the old results",
    async run({ store }) {
      const run = await enqueued(store);
      for (const job of await claim(store, 4)) await store.settle(job, { result: failure(job, codeFor(job)) });
      await store.markFinished(run.runId);
      assert.equal(await store.retry(run.runId, { codes: ["TIMEOUT"] }), 2);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, failed: 2, pending: 2 });
      assert.equal((await store.findRun(run.runId))?.finished, false);
      const again = await claim(store, 4);
      assert.deepEqual(
        again.map(({ generation, failures, job }) => [generation, failures, job.queryId]),
        [
          [2, 0, "q1"],
          [2, 0, "q1"],
        ],
      );
      for (const job of again) await store.settle(job, { result: resultOf(job) });
      assert.equal((await results(store)).length, 4);
      assert.equal((await results(store, true)).length, 6);
      assert.deepEqual(await store.reasons(run.runId), [
        { state: "failed", code: "UPSTREAM_ERROR", cells: 2, example: "UPSTREAM_ERROR" },
      ]);
    },
  },
  {
    name: "ends cells as cancelled at once, and voids their leases",
    async run({ store }) {
      const run = await enqueued(store);
      const [job] = await claim(store, 1);
      assert(job);
      assert.equal(await store.cancel(run.runId), 4);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, cancelled: 4 });
      assert.deepEqual(await store.beforeAsk(job), { kind: "stop", reason: "cancelled" });
      assert.equal(await store.settle(job, { result: resultOf(job) }), "lost");
      assert.deepEqual(await store.held("worker"), new Map());
      assert.equal(
        (await results(store)).every(({ state, error }) => state === "cancelled" && error?.code === "CANCELLED"),
        true,
      );
    },
  },
  {
    name: "lets an answer that was first stand against a cancel",
    async run({ store }) {
      const run = await enqueued(store);
      const [job] = await claim(store, 1);
      assert(job);
      const [taken, cancelled] = await Promise.all([
        store.settle(job, { result: resultOf(job) }),
        store.cancel(run.runId),
      ]);
      assert.deepEqual([taken, cancelled], ["taken", 3]);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, answered: 1, cancelled: 3 });
    },
  },
  {
    name: "stops asking at the budget, over all workers, and goes on when it is raised",
    async run({ store }) {
      await enqueued(store, { ...settings, budgetCalls: 2 });
      const claimed = await claim(store, 4);
      const permits = await Promise.all(claimed.map((job) => store.beforeAsk(job)));
      assert.deepEqual(permits.map(({ kind }) => kind).toSorted(), ["go", "go", "stop", "stop"]);
      assert.equal((await store.findRun("study-1"))?.asks, 2);
      for (const job of claimed)
        await store.giveBack(job, { outcome: "interrupted", code: "BUDGET_EXHAUSTED", message: "" });
      assert.deepEqual(await claim(store, 4), []);
      await open(store, { settings: { ...settings, budgetCalls: 4 } });
      assert.equal((await claim(store, 4)).length, 4);
    },
  },
  {
    name: "lets no two workers spend more money than there is, gives back what an answer did not cost, and goes on when there is more",
    async run({ store }) {
      // A question costs a dollar at most, and 25 cents when it is answered in five tokens.
      const money = { ...settings, budgetUsd: 2, prices: { llm: { outputPerMillion: 50_000 } } };
      const surfaces = [{ id: "llm", settings: { model: "small", maxOutputTokens: 20 }, evidence: "full" as const }];
      const run = await enqueued(store, money, "study", surfaces);
      const claimed = await claim(store, 4);
      const permits = await Promise.all(claimed.map((job) => store.beforeAsk(job)));
      assert.deepEqual(permits.map(({ kind }) => kind).toSorted(), ["go", "go", "stop", "stop"]);
      assert.deepEqual(await standing(store, run), [2, true]);
      const [asked, unanswered] = claimed.filter((_job, index) => permits[index]?.kind === "go");
      assert(asked && unanswered);
      for (const job of claimed.filter((_job, index) => permits[index]?.kind === "stop")) {
        await store.giveBack(job, { outcome: "interrupted", code: "BUDGET_EXHAUSTED", message: "" });
      }
      assert.deepEqual(await claim(store, 4), []);
      const result = resultOf(asked);
      await store.settle(asked, { result: { ...result, response: { text: "", responseTimeMs: 1, tokenCount: 5 } } });
      assert.deepEqual(await standing(store, run), [1.25, false]);
      // Of what was asked and brought no answer, nobody knows what it cost: it stays at the most.
      await store.giveBack(unanswered, { outcome: "interrupted", code: "INTERRUPTED", message: "" });
      const again = await claim(store, 1);
      assert.equal(again.length, 1);
      assert.deepEqual(await Promise.all(again.map((job) => store.beforeAsk(job))), [
        { kind: "stop", reason: "budget" },
      ]);
      assert.deepEqual(await standing(store, run), [1.25, true]);
      await open(store, { settings: { ...money, budgetUsd: 3 }, surfaces });
      assert.deepEqual(await standing(store, run), [1.25, false]);
    },
  },
  {
    name: "hands out nothing of a run that is paused, or past its deadline",
    async run({ store, clock }) {
      const run = await enqueued(store, { ...settings, deadline: clock.now() + 60_000 });
      await store.pause({ scope: { kind: "run", id: run.runId }, forMs: Infinity, reason: "a person" });
      assert.deepEqual(await claim(store, 4), []);
      await store.resume({ kind: "run", id: run.runId });
      assert.equal((await claim(store, 1)).length, 1);
      await clock.advance(60_000);
      assert.deepEqual(await claim(store, 4), []);
    },
  },
  {
    name: "tells a worker which of its jobs belong to a run that somebody has paused, and lets none of them ask",
    async run({ store }) {
      const run = await enqueued(store);
      const [job] = await claim(store, 1);
      assert(job);
      await store.pause({ scope: { kind: "run", id: run.runId }, forMs: Infinity, reason: "a person" });
      assert.deepEqual(await store.held("worker"), new Map([[job.leaseToken, "paused"]]));
      assert.deepEqual(await store.beforeAsk(job), { kind: "stop", reason: "paused" });
      assert.deepEqual((await store.lanes(run.runId))[0]?.waiting, {
        forMs: Infinity,
        reason: "a person",
        scope: "run",
      });
      assert.equal(await store.giveBack(job, { outcome: "interrupted", code: "INTERRUPTED", message: "" }), "taken");
      await store.resume({ kind: "run", id: run.runId });
      assert.equal((await claim(store, 4)).length, 4);
    },
  },
  {
    name: "does not shorten a pause",
    async run({ store, clock }) {
      await enqueued(store);
      const scope = { kind: "location", id: "direct" } as const;
      await store.pause({ scope, forMs: 10_000, reason: "long" });
      await store.pause({ scope, forMs: 1000, reason: "short" });
      await clock.advance(5000);
      assert.deepEqual(await claim(store, 4), []);
      await clock.advance(5000);
      assert.equal((await claim(store, 4)).length, 4);
    },
  },
  {
    name: "holds the strictest limits that unfinished runs give a lane",
    async run({ store }) {
      await enqueued(store, { ...settings, limits: { llm: { concurrency: 3 } } });
      await enqueued(store, { ...settings, limits: { llm: { concurrency: 1 } } }, "other");
      assert.equal((await claim(store, 8)).length, 1);
      await store.markFinished("other-1");
      assert.equal((await store.findRun("other-1"))?.finished, false, "a run with open cells has not finished");
      await store.cancel("other-1");
      await store.markFinished("other-1");
      assert.equal((await claim(store, 8)).length >= 2, true);
    },
  },
  {
    name: "ends a job that was running when three workers were lost as poisoned",
    async run({ store, clock }) {
      const run = await enqueued(store);
      // All four were in hand at two crashes; the third is to hit the one alone that brings it about.
      for (const held of [4, 4, 1]) {
        assert.equal((await claim(store, 4)).length, held);
        assert.notEqual(held === 1 && (await store.nextDue(QUEUE)), 0, "what cannot be claimed is said to be due");
        await clock.advance(LEASE + 1);
        assert.equal(await store.reap(), held);
      }
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, failed: 1, pending: 3 });
      assert.equal((await results(store))[0]?.error?.code, "POISONED");
      for (let left = 3; left > 0; left--) {
        const [job, ...others] = await claim(store, 4);
        assert(job && others.length === 0);
        await store.settle(job, { result: resultOf(job) });
      }
      assert.equal(await store.retry(run.runId, {}), 1);
      assert.equal((await claim(store, 4)).length, 1);
    },
  },
  {
    name: "skips what may have been asked already, when the study says so",
    async run({ store, clock }) {
      const run = await enqueued(store, { ...settings, onUncertain: "skip" });
      const [asked] = await claim(store, 2);
      assert(asked);
      await store.beforeAsk(asked);
      await clock.advance(LEASE + 1);
      await store.reap();
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, skipped: 1, pending: 3 });
    },
  },
  {
    name: "sets what may have been asked already aside for a person, when the study says so, and hands the rest out again",
    async run({ store, clock }) {
      const run = await enqueued(store, { ...settings, onUncertain: "ask" });
      const [stopped, killed, unasked] = await claim(store, 3);
      assert(stopped && killed && unasked);
      await store.beforeAsk(stopped);
      await store.beforeAsk(killed);
      for (const job of [stopped, unasked]) {
        await store.giveBack(job, { outcome: "interrupted", code: "INTERRUPTED", message: "the worker was stopped" });
      }
      await clock.advance(LEASE + 1);
      await store.reap();
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, parked: 2, pending: 2 });
      assert.equal(await store.retry(run.runId, { states: ["parked"] }), 2);
      assert.equal((await claim(store, 4)).length, 4);
    },
  },
  {
    name: "counts nothing for a question whose turn had not come when its worker was gone",
    async run({ store, clock }) {
      const limits = { llm: { perMinute: 120 } };
      const run = await enqueued(store, { ...settings, limits, budgetCalls: 4, onUncertain: "skip" });
      const [asked, waiting] = await claim(store, 2);
      assert(asked && waiting);
      assert.deepEqual(await store.beforeAsk(asked), { kind: "go" });
      assert.equal((await store.beforeAsk(waiting)).kind, "wait");
      await clock.advance(LEASE + 1);
      await store.reap();
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, skipped: 1, pending: 3 });
      assert.equal((await store.findRun(run.runId))?.asks, 1);
    },
  },
  {
    name: "keeps shared facts until they expire",
    async run({ store, clock }) {
      assert.equal(await store.read("proxy/1"), undefined);
      await store.update("proxy/1", () => ({ failures: 1 }), 1000);
      assert.deepEqual(await store.read("proxy/1"), { failures: 1 });
      await Promise.all([increment(store), increment(store), increment(store)]);
      assert.deepEqual(await store.read("count"), 3);
      await clock.advance(1000);
      assert.equal(await store.read("proxy/1"), undefined);
      await store.update("count", () => undefined);
      assert.equal(await store.read("count"), undefined);
    },
  },
];
