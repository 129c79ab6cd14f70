import { BenthamError, type CredentialVault, type LeaseEnding, leaseOf, Secret } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { expect, test } from "vitest";
import { jobsOf } from "../support/jobs.ts";
import { workOff } from "../support/outcomes.ts";
import { adapterOf, answerOf, registryOf } from "../support/surface.ts";
import { TestClock, turn } from "../support/test-clock.ts";

/** A vault that learns from how its leases end: it lends the ids of `next` one after the other, or fails with one. */
function learningVault(
  poolSize: number,
  next: (nth: number) => string | Error,
): CredentialVault & { readonly endings: LeaseEnding[] } {
  const endings: LeaseEnding[] = [];
  let lent = 0;
  return {
    endings,
    async acquire({ job: { credentialPool: pool = "" } }) {
      const id = next(++lent);
      if (id instanceof Error) throw id;
      const key = new Secret(`key of ${id}`);
      return leaseOf(id, { pool, secrets: [key], valueFor: () => key, poolSize }, (ending) => {
        if (ending) endings.push(ending);
      });
    },
  };
}

const team = jobsOf(4).map((job) => ({ ...job, credentialPool: "team" }));

test("one of several credentials that is told to wait holds up neither its lane nor its job", async () => {
  const clock = new TestClock();
  const credentialVault = learningVault(2, (nth) => (nth === 1 ? "first" : "second"));
  const asked: number[] = [];
  const adapter = adapterOf((_, { credential }) => {
    asked.push(clock.monotonic());
    if (credential?.id === "first") throw new BenthamError("RATE_LIMITED", "429", { retryAfterMs: 60_000 });
    return answerOf("hi");
  });
  const executor = createExecutor({ surfaceAdapters: registryOf(adapter), credentialVault, clock, random: () => 0 });
  executor.enqueue(team);
  await workOff(executor, clock, 4, { concurrency: 1 });
  expect(asked.every((at) => at < 5_000)).toBe(true);
  expect(asked).toHaveLength(5);
  expect(credentialVault.endings[0]).toEqual({ outcome: "deferred", code: "RATE_LIMITED", retryAfterMs: 60_000 });
});

test("the only credential of a pool that is told to wait holds up its lane", async () => {
  const clock = new TestClock();
  const asked: number[] = [];
  const adapter = adapterOf(() => {
    asked.push(clock.monotonic());
    if (asked.length === 1) throw new BenthamError("RATE_LIMITED", "429", { retryAfterMs: 60_000 });
    return answerOf("hi");
  });
  const credentialVault = learningVault(1, () => "only");
  const executor = createExecutor({ surfaceAdapters: registryOf(adapter), credentialVault, clock });
  executor.enqueue(team);
  await workOff(executor, clock, 4, { concurrency: 1 });
  expect(asked.filter((at) => at > 0 && at < 60_000)).toEqual([]);
});

test.each(["AUTH_FAILED", "FORBIDDEN"] as const)(
  "a job whose credential meets %s is asked again with another",
  async (code) => {
    const clock = new TestClock();
    const credentialVault = learningVault(2, (nth) => (nth <= 2 ? "revoked" : "works"));
    const adapter = adapterOf((_, { credential }) => {
      if (credential?.id === "revoked") throw new BenthamError(code, "the key was revoked");
      return answerOf("hi");
    });
    const executor = createExecutor({ surfaceAdapters: registryOf(adapter), credentialVault, clock });
    executor.enqueue(team);
    await workOff(executor, clock, 4, { concurrency: 1 });
    expect(executor.getWorkerStatus().ended).toMatchObject({ answered: 4, failed: 0, deferred: 2 });
    expect(credentialVault.endings.slice(0, 2)).toEqual([1, 2].map(() => ({ outcome: "deferred", code })));
  },
);

test("a pool that rests pauses its lane for as long, and no job is tried meanwhile", async () => {
  const clock = new TestClock();
  let tries = 0;
  const credentialVault = learningVault(2, () => {
    tries += 1;
    return clock.monotonic() < 50_000
      ? new BenthamError("NO_RESOURCE", "every credential rests", { retryAfterMs: 50_000, pauses: "lane" })
      : "ready";
  });
  const executor = createExecutor({
    surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))),
    credentialVault,
    clock,
  });
  executor.enqueue(team);
  await workOff(executor, clock, 4, { concurrency: 1 });
  expect(tries).toBe(5);
});

test("a pool that waits for a person pauses its lane without end, and other lanes go on", async () => {
  const clock = new TestClock();
  let tries = 0;
  const credentialVault = learningVault(1, () => {
    tries += 1;
    return new BenthamError("NO_RESOURCE", "the pool is suspended", { retryAfterMs: Infinity, pauses: "lane" });
  });
  const executor = createExecutor({
    surfaceAdapters: registryOf(adapterOf(() => answerOf("hi"))),
    credentialVault,
    clock,
  });
  executor.enqueue([...team, ...jobsOf(3).map((job) => ({ ...job, jobId: `other-${job.jobId}`, surfaceId: "other" }))]);
  await executor.startWorker({ concurrency: 1 });
  await clock.advance(3_600_000);
  await turn();
  const { ended, lanes } = executor.getWorkerStatus();
  await executor.stopWorker();
  expect(tries).toBe(1);
  expect(ended).toMatchObject({ answered: 3, deferred: 1, failed: 0 });
  expect(lanes.find(({ waiting }) => waiting === 4)?.paused).toMatchObject({ reason: expect.any(String) });
});
