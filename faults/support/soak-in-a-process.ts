// Run by the row `soak` in a process of its own: works off jobs that do nothing, and prints what it took and left.

import { mkdtempDisposable, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setImmediate } from "node:timers/promises";
import { jobIdOf, type SurfaceAdapter } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { openSqliteStore } from "@bentham/job-store";

/** What the soak prints as one line of JSON. */
export interface Soaked {
  /** Resident memory after so many jobs, garbage collected. */
  readonly samples: readonly { readonly jobs: number; readonly megabytes: number }[];
  readonly before: Leftovers;
  readonly after: Leftovers;
}

/** What could be left in a process. */
interface Leftovers {
  readonly resources: readonly string[];
  readonly descriptors: number;
  readonly listeners: number;
  readonly files: number;
}

const noOp: SurfaceAdapter = {
  name: "no-op",
  version: "1",
  async ask(job, context) {
    await context.beforeAsk();
    return { text: job.query, responseTimeMs: 0 };
  },
};

const jobs = Number(process.argv[2]);
const every = Math.max(100, Math.floor(jobs / 40));
await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-soak-"));

const samples: { jobs: number; megabytes: number }[] = [];
await work(50); // What is made once, such as pools of threads, is made by then.
const before = await leftovers();
await work(jobs);
const told: Soaked = { samples, before, after: await leftovers() };
process.stdout.write(`${JSON.stringify(told)}\n`);

async function work(count: number): Promise<void> {
  const path = join(folder.path, "bentham.db");
  await using store = await openSqliteStore({ path });
  const { run } = await store.openRun({
    plan: {
      study: `soak-${count}`,
      queries: [{ id: "q", text: "Why?" }],
      surfaces: [{ id: "no-op", settings: {}, evidence: "none" }],
      locations: ["direct"],
      repeats: count,
      gates: {},
      human: false,
    },
    planHash: "soak",
    settings: { limits: {}, retry: {}, onUncertain: "repeat" },
    queueName: "soak",
  });
  for (let from = 1; from <= count; from += 1000) {
    const repeats = Array.from({ length: Math.min(1000, count + 1 - from) }, (_, index) => from + index);
    const keys = repeats.map((repeat) => ({ queryId: "q", surfaceId: "no-op", locationId: "direct", repeat }));
    await store.enqueue(
      run.runId,
      keys.map((key) => ({ jobId: jobIdOf({ runId: run.runId, ...key }), ...key })),
    );
  }
  await store.markEnqueued(run.runId);
  await using executor = createExecutor({ surfaceAdapters: { resolve: () => noOp }, jobStore: store });
  const done = Promise.withResolvers<void>();
  let ended = 0;
  executor.on("job:end", () => {
    ended += 1;
    if (ended % every === 0) samples.push({ jobs: ended, megabytes: residentMegabytes() });
    if (ended === count) done.resolve();
  });
  await executor.startWorker({ concurrency: 8, queueName: "soak" });
  await done.promise;
  await executor.stopWorker();
}

function residentMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

async function leftovers(): Promise<Leftovers> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  const names = process.eventNames();
  return {
    resources: process.getActiveResourcesInfo().toSorted(),
    descriptors: process.platform === "linux" ? (await readdir("/proc/self/fd")).length : 0,
    listeners: names.reduce((sum, name) => sum + process.listenerCount(name), 0),
    files: (await readdir(folder.path)).length,
  };
}
