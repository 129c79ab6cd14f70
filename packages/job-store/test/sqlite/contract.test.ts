import { join } from "node:path";
import { type Job, type JobQueue, type RunStore, seededRandom } from "@bentham/core";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { SimulatedClock, withTemporaryFolder } from "@bentham/testbed";
import { inboxContract, jobQueueContract, runStoreContract } from "@bentham/testbed/contract";
import { describe, expect, test } from "vitest";

describe("SQLite as a job queue", () => {
  test.each(jobQueueContract)("$name", async (behaviour) => {
    const shown = withStore((store, clock) =>
      behaviour.run({ queue: store, clock, queueName: "queue", enqueue: (jobs) => enqueue(store, jobs) }),
    );
    await expect(shown).resolves.toBeUndefined();
  });
});

describe("SQLite as a run store", () => {
  test.each(runStoreContract)("$name", async (behaviour) => {
    await expect(withStore((store, clock) => behaviour.run({ store, clock }))).resolves.toBeUndefined();
  });
});

describe("SQLite as an inbox", () => {
  test.each(inboxContract)("$name", async (behaviour) => {
    await expect(withStore((store, clock) => behaviour.run({ store, clock }))).resolves.toBeUndefined();
  });
});

async function withStore(use: (store: SqliteStore, clock: SimulatedClock) => Promise<void>): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const clock = new SimulatedClock();
    await using store = await openSqliteStore({
      path: join(folder, "bentham.db"),
      clock,
      random: seededRandom("contract"),
      time: { bootId: "simulated", monotonic: () => clock.monotonic(), wall: () => clock.now() },
    });
    await use(store, clock);
  });
}

/** Enqueues plain jobs: each call makes or finds the run that has them. */
async function enqueue(store: JobQueue & RunStore, jobs: readonly Job[]): Promise<void> {
  const surfaces = [...new Map(jobs.map((job) => [job.surfaceId, job])).values()];
  const queries = new Map(jobs.map(({ queryId, query }) => [queryId, query]));
  const { run } = await store.openRun({
    plan: {
      study: surfaces.map(({ surfaceId }) => surfaceId).join("-"),
      queries: [...queries].map(([id, text]) => ({ id, text })),
      surfaces: surfaces.map(({ surfaceId: id, surface = {}, credentialPool }) => ({
        id,
        settings: surface,
        ...(credentialPool === undefined ? {} : { credentialPool }),
        evidence: "none",
      })),
      locations: [...new Set(jobs.map(({ locationId }) => locationId))],
      repeats: 1,
      gates: {},
      human: {},
    },
    planHash: "hash",
    settings: {
      limits: {},
      retry: {},
      onUncertain: "repeat",
      ...(jobs[0]?.deadline === undefined ? {} : { deadline: jobs[0].deadline }),
    },
    queueName: "queue",
  });
  await store.enqueue(
    run.runId,
    jobs.map(({ jobId, queryId, surfaceId, locationId, repeat = 1 }) => ({
      jobId,
      queryId,
      surfaceId,
      locationId,
      repeat,
    })),
  );
}
