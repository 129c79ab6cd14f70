import assert from "node:assert/strict";
import type { Inbox, InboxItem, JobQueue, JobResult, ParkedEnding, RunStore } from "@bentham/core";
import type { SimulatedClock } from "../simulated-clock.ts";
import type { ContractCase } from "./contract-case.ts";
import { resultOf } from "./result-of.ts";
import { claim, empty, enqueued, results, settings } from "./stored-study.ts";

/** A store under test, empty, on a clock that the test moves. */
export interface InboxHarness {
  readonly store: JobQueue & RunStore & Inbox;
  readonly clock: SimulatedClock;
}

const evidence: NonNullable<JobResult["evidence"]> = {
  sha256Hash: "ab".repeat(32),
  capturedAt: new Date(1_000),
  bagPath: "study-1/job/1",
  state: "complete",
};

/** An attempt that met a challenge itself. */
const met: ParkedEnding = {
  outcome: "parked",
  code: "CHALLENGE",
  message: "the page wants to know whether a person asks",
  bagPath: "study-1/job/1",
  proxyId: "far/2",
  evidence,
};

/** An attempt that was only told that somebody else had. */
const told: ParkedEnding = { outcome: "parked", code: "CHALLENGE", message: "it waits for a person" };

const pools = [{ id: "llm", settings: { model: "small" }, credentialPool: "team", evidence: "full" }] as const;

/** What every durable store must do for what waits for a person. */
export const inboxContract: readonly ContractCase<InboxHarness>[] = [
  {
    name: "gathers what is parked for one surface and location in one item, with the evidence of who met it",
    async run({ store, clock }) {
      const run = await enqueued(store);
      const [first, second] = await claim(store, 2);
      assert(first && second);
      assert.equal(await store.inboxItemAt({ surfaceId: "llm", locationId: "direct" }), undefined);
      assert.equal(await store.park(first, told), "taken");
      await clock.advance(5_000);
      assert.equal(await store.park(second, met), "taken");
      const [item, ...others] = await store.inboxItems();
      assert(item);
      assert.deepEqual(others, []);
      const { since, ...facts } = item;
      assert.deepEqual(facts, {
        id: 1,
        runId: run.runId,
        surfaceId: "llm",
        locationId: "direct",
        proxyId: "far/2",
        code: "CHALLENGE",
        message: met.message,
        bagPath: "study-1/job/1",
        cells: 2,
      });
      assert(since instanceof Date);
      assert.deepEqual(await store.inboxItemAt({ surfaceId: "llm", locationId: "direct" }), {
        id: 1,
        code: "CHALLENGE",
      });
      assert.equal(await store.inboxItemAt({ surfaceId: "llm", locationId: "far" }), undefined);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, parked: 2, pending: 2 });
    },
  },
  {
    name: "keeps accounts apart, and stands in the way of nobody who asks without one",
    async run({ store }) {
      await enqueued(store, settings, "study", pools);
      const [first, second, third] = await claim(store, 3);
      assert(first && second && third);
      await store.park(first, { ...met, account: "team/a" });
      await store.park(second, { ...met, account: "team/b" });
      await store.park(third, { ...told, account: "team/a" });
      assert.deepEqual(
        (await store.inboxItems()).map(({ account, credentialPool, cells }) => [account, credentialPool, cells]),
        [
          ["team/a", "team", 2],
          ["team/b", "team", 1],
        ],
      );
      assert.equal(await store.inboxItemAt({ surfaceId: "llm", locationId: "direct" }), undefined);
    },
  },
  {
    name: "asks again exactly what was parked for an item that a person has seen to, in its generation",
    async run({ store }) {
      const run = await enqueued(store, settings, "study", pools);
      const [first, second, third] = await claim(store, 3);
      assert(first && second && third);
      await store.park(first, { ...met, account: "team/a" });
      await store.park(second, { ...met, account: "team/b" });
      await store.settle(third, { result: resultOf(third) });
      const { id } = await itemOf(store, "team/a");
      assert.equal(await store.inboxEnding(id), undefined);
      assert.equal(await store.solveInboxItem(id), 1);
      assert.equal(await store.solveInboxItem(id), 0);
      assert.deepEqual(await store.inboxEnding(id), { ending: "solved" });
      assert.deepEqual(
        (await store.inboxItems()).map(({ account }) => account),
        ["team/b"],
      );
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, answered: 1, parked: 1, pending: 2 });
      const again = (await claim(store, 4)).find(({ jobId }) => jobId === first.jobId);
      assert.deepEqual([again?.generation, again?.attempt], [1, 2]);
    },
  },
  {
    name: "ends the cells of an item that a person gives up as blocked, each with its own evidence",
    async run({ store }) {
      const run = await enqueued(store);
      const [first, second] = await claim(store, 2);
      assert(first && second);
      await store.park(first, met);
      await store.park(second, told);
      const { id } = await itemOf(store);
      assert.equal(await store.blockInboxItem(id, "a person marked it blocked"), 2);
      assert.deepEqual(await store.inboxEnding(id), { ending: "blocked", why: "a person marked it blocked" });
      assert.deepEqual(await store.inboxItems(), []);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, blocked: 2, pending: 2 });
      const [own, other] = await results(store);
      assert.deepEqual(
        [own?.state, own?.outcome, own?.success, own?.error?.code],
        ["blocked", "parked", false, "CHALLENGE"],
      );
      assert.deepEqual(own?.evidence, evidence);
      assert.match(own?.error?.message ?? "", /a person marked it blocked: .*whether a person asks$/);
      assert.equal(other?.evidence, undefined);
      assert.match(other?.error?.message ?? "", /the evidence of it is in study-1\/job\/1$/);
    },
  },
  {
    name: "lets what any account of a pool will do for go on alone, wherever it was parked",
    async run({ store }) {
      const run = await enqueued(store, settings, "study", pools);
      const [first, second, third] = await claim(store, 3);
      assert(first && second && third);
      await store.park(first, { ...met, account: "team/a" });
      await store.park(second, { ...met, account: "team/b" });
      await store.park(third, { ...told, account: "team/a", forPool: true });
      const { id } = await itemOf(store, "team/a");
      assert.equal((await itemOf(store, "team/a")).cells, 2);
      assert.equal(await store.freePoolJobs(id), 1);
      assert.equal(await store.freePoolJobs(id), 0);
      assert.equal((await itemOf(store, "team/a")).cells, 1);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, parked: 2, pending: 2 });
      assert((await claim(store, 4)).some(({ jobId }) => jobId === third.jobId));
    },
  },
  {
    name: "blocks what any account of a pool will do for with the last of them that waits, and no sooner",
    async run({ store }) {
      const run = await enqueued(store, settings, "study", pools);
      const [first, second, third] = await claim(store, 3);
      assert(first && second && third);
      await store.park(first, { ...met, account: "team/a" });
      await store.park(second, { ...met, account: "team/b" });
      await store.park(third, { ...told, account: "team/a", forPool: true });
      assert.equal(await store.blockInboxItem((await itemOf(store, "team/a")).id, "given up"), 1);
      assert.equal((await itemOf(store, "team/b")).cells, 2);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, blocked: 1, parked: 2, pending: 1 });
      const [fourth] = await claim(store, 1);
      assert(fourth);
      await store.park(fourth, { ...told, account: "team/a", forPool: true });
      assert.equal((await itemOf(store, "team/b")).cells, 3);
      assert.equal(await store.blockInboxItem((await itemOf(store, "team/b")).id, "given up"), 3);
      assert.deepEqual(await store.inboxItems(), []);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, blocked: 4 });
    },
  },
  {
    name: "takes an item for over when its last job was asked again by other means, and begins a new one after that",
    async run({ store }) {
      const run = await enqueued(store);
      const [first] = await claim(store, 1);
      assert(first);
      await store.park(first, met);
      const before = await itemOf(store);
      assert.equal(await store.retry(run.runId, { states: ["parked"] }), 1);
      assert.deepEqual(await store.inboxItems(), []);
      assert.deepEqual(await store.inboxEnding(before.id), { ending: "left" });
      assert.equal(await store.inboxItemAt({ surfaceId: "llm", locationId: "direct" }), undefined);
      const [second] = await claim(store, 1);
      assert(second);
      await store.park(second, met);
      const after = await itemOf(store);
      assert.notEqual(after.id, before.id);
      assert.equal(await store.solveInboxItem(before.id), 0);
      assert.equal((await store.inboxItems()).length, 1);
    },
  },
  {
    name: "lets nobody else end an item while somebody saves what they have brought about",
    async run({ store }) {
      const run = await enqueued(store);
      const [first] = await claim(store, 1);
      assert(first);
      await store.park(first, met);
      const { id } = await itemOf(store);
      const said: unknown[] = [];
      const ended = await store.solveInboxItem(id, async () => {
        said.push(await store.blockInboxItem(id, "expired"), await store.solveInboxItem(id));
        said.push(await store.solveInboxItem(id, async () => void said.push("saved twice")));
        said.push((await store.inboxItems()).length, await store.inboxEnding(id));
      });
      assert.deepEqual([ended, ...said], [1, 0, 0, 0, 1, undefined]);
      assert.deepEqual(await store.inboxEnding(id), { ending: "solved" });
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, pending: 4 });
    },
  },
  {
    name: "saves nothing for an item that is over",
    async run({ store }) {
      await enqueued(store);
      const [first] = await claim(store, 1);
      assert(first);
      await store.park(first, met);
      const { id } = await itemOf(store);
      await store.blockInboxItem(id, "expired");
      let isSaved = false;
      assert.equal(await store.solveInboxItem(id, async () => void (isSaved = true)), 0);
      assert.equal(isSaved, false);
    },
  },
  {
    name: "leaves an item to others where saving fails, and where whoever saves takes too long",
    async run({ store, clock }) {
      await enqueued(store);
      const [first] = await claim(store, 1);
      assert(first);
      await store.park(first, met);
      const { id } = await itemOf(store);
      const full = new Error("the disk is full");
      const failing = async (): Promise<void> => {
        throw full;
      };
      await assert.rejects(store.solveInboxItem(id, failing), full);
      const [begun, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const saving = store.solveInboxItem(id, () => {
        begun.resolve();
        return gone.promise;
      });
      await begun.promise;
      assert.equal(await store.blockInboxItem(id, "given up"), 0);
      await clock.advance(60_001);
      assert.equal(await store.blockInboxItem(id, "given up"), 1);
      gone.resolve();
      assert.equal(await saving, 0);
      assert.deepEqual(await store.inboxEnding(id), { ending: "blocked", why: "given up" });
    },
  },
  {
    name: "leaves what is parked for another reason alone",
    async run({ store, clock }) {
      const run = await enqueued(store, { ...settings, onUncertain: "ask" });
      const [challenged, killed] = await claim(store, 2);
      assert(challenged && killed);
      await store.beforeAsk(killed);
      await store.park(challenged, met);
      await clock.advance(3_600_000);
      await store.reap();
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, parked: 2, pending: 2 });
      const item = await itemOf(store);
      assert.equal(item.cells, 1);
      assert.equal(await store.blockInboxItem(item.id, "blocked"), 1);
      assert.deepEqual(await store.ledger(run.runId), { ...empty, planned: 4, parked: 1, blocked: 1, pending: 2 });
    },
  },
];

async function itemOf(store: Inbox, account?: string): Promise<InboxItem> {
  const item = (await store.inboxItems()).find((one) => one.account === account);
  assert(item, `there is an item of ${account ?? "no account"}`);
  return item;
}
