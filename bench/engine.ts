import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, mkdtempDisposable, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  DIRECT,
  type Job,
  jobIdOf,
  type Run,
  type RunPlan,
  type RunSettings,
  type SurfaceAdapter,
} from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { table } from "./benchmark.ts";
import type { Benchmark } from "./benchmark.ts";
import { bareCommits } from "./support/bare-commits.ts";
import { peers } from "./support/engine-peers.ts";
import type { WorkedOff } from "./support/work-in-a-process.ts";

const QUEUE = "bench";
const worker = fileURLToPath(new URL("./support/work-in-a-process.ts", import.meta.url));

/** Answers at once, so that only the engine costs. */
const noOp: SurfaceAdapter = {
  name: "no-op",
  version: "1",
  async ask(job, context) {
    await context.beforeAsk();
    return { text: job.query, responseTimeMs: 0 };
  },
};

/** CPU and memory of one no-op job through the executor, beside a bare loop over the same adapter. */
export const benchmark: Benchmark = {
  title:
    "CPU and memory per no-op job: durable store, queue in memory, SQLite alone, bare loop; --jobs 20000; --peers: p-queue with p-retry, Crawlee on disk",
  async run(flags) {
    const jobs = Number(flags["jobs"] ?? 20_000);
    const rows = [];
    const bare = await measured("bare loop", jobs, () => bareLoop(jobs));
    rows.push(bare);
    for (const inFlight of [1, 16, 64]) {
      rows.push(await measured(`memory, ${inFlight} in flight`, jobs, () => inMemory(jobs, inFlight)));
      rows.push(await commitsAlone(jobs, inFlight), await durable(jobs, inFlight));
    }
    for (const processes of [1, 4]) rows.push(await byProcesses(jobs, processes, 16));
    if (flags["peers"]) rows.push(...(await peers(jobs)));
    return table(
      ["", "jobs", "CPU ms/job", "RSS MB grown", "x bare"],
      rows.map((row) => [
        row.name,
        String(row.jobs),
        row.cpuMs.toFixed(4),
        row.rssMb.toFixed(1),
        (row.cpuMs / bare.cpuMs).toFixed(1),
      ]),
    );
  },
};

/** What a way to work off jobs took. */
export interface Measured {
  readonly name: string;
  readonly jobs: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

async function measured(name: string, jobs: number, work: () => Promise<void>): Promise<Measured> {
  const rssBefore = process.memoryUsage.rss();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { name, jobs, cpuMs: (user + system) / 1000 / jobs, rssMb: (process.memoryUsage.rss() - rssBefore) / 2 ** 20 };
}

async function bareLoop(jobs: number): Promise<void> {
  const signal = new AbortController().signal;
  for (const job of plannedJobs(jobs)) {
    signal.throwIfAborted();
    await Promise.resolve({ text: job.query, responseTimeMs: 0 });
  }
}

async function inMemory(jobs: number, inFlight: number): Promise<void> {
  const executor = createExecutor({ surfaceAdapters: { resolve: () => noOp } });
  executor.enqueue(plannedJobs(jobs));
  await runUntilDone(executor, jobs, inFlight);
}

async function commitsAlone(jobs: number, inFlight: number): Promise<Measured> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
  return measured(`SQLite alone, ${inFlight} a commit`, jobs, async () => bareCommits(folder.path, jobs, inFlight));
}

async function durable(jobs: number, inFlight: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "bentham-bench-"));
  try {
    const store = await openSqliteStore({ path: join(folder, "bentham.db") });
    const run = await enqueued(store, jobs, inFlight);
    const executor = createExecutor({ surfaceAdapters: { resolve: () => noOp }, jobStore: store });
    const row = await measured(`SQLite, ${inFlight} in flight`, jobs, () => runUntilDone(executor, jobs, inFlight));
    const { answered } = await store.ledger(run.runId);
    if (answered !== jobs) throw new Error(`${answered} of ${jobs} jobs were answered`);
    await store.close();
    return row;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts a run of so many jobs into a store. */
async function enqueued(store: SqliteStore, jobs: number, slots: number): Promise<Run> {
  const { run } = await store.openRun({ plan, planHash: "bench", settings: settingsFor(slots), queueName: QUEUE });
  const cells = [...plannedJobs(jobs)].map(({ queryId, surfaceId, locationId }) => {
    const key = { queryId, surfaceId, locationId, repeat: Number(queryId.slice(1)) };
    return { jobId: jobIdOf({ runId: run.runId, ...key }), ...key, queryId: "q" };
  });
  for (let from = 0; from < cells.length; from += 1000) await store.enqueue(run.runId, cells.slice(from, from + 1000));
  await store.markEnqueued(run.runId);
  return run;
}

/** The same by worker processes that share the store; their CPU from start to end, without that of starting Node. */
async function byProcesses(jobs: number, processes: number, inFlight: number): Promise<Measured> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
  const path = join(folder.path, "bentham.db");
  await using store = await openSqliteStore({ path });
  await enqueued(store, jobs, processes * inFlight);
  const workers = Array.from({ length: processes }, () =>
    fork(worker, [path, QUEUE, String(inFlight)], { execArgv: [...process.execArgv] }),
  );
  const told = await Promise.all(
    workers.map(async (child): Promise<WorkedOff> => {
      const [[message]] = await Promise.all([once(child, "message"), once(child, "exit")]);
      return message;
    }),
  );
  const ended = told.reduce((sum, { ended: one }) => sum + one, 0);
  if (ended !== jobs) throw new Error(`${ended} of ${jobs} jobs were worked off`);
  return {
    name: `SQLite, ${processes} processes, ${inFlight} in flight each`,
    jobs,
    cpuMs: told.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / jobs,
    rssMb: Math.max(...told.map(({ rssMb }) => rssMb)),
  };
}

async function runUntilDone(
  executor: ReturnType<typeof createExecutor>,
  jobs: number,
  concurrency: number,
): Promise<void> {
  let ended = 0;
  const done = Promise.withResolvers<void>();
  executor.on("job:end", () => {
    ended += 1;
    if (ended === jobs) done.resolve();
  });
  await executor.startWorker({ concurrency, queueName: QUEUE });
  await done.promise;
  await executor.stopWorker();
}

const plan: RunPlan = {
  study: "bench",
  queries: [{ id: "q", text: "what does a job cost?" }],
  surfaces: [{ id: "no-op", settings: {}, evidence: "none" }],
  locations: [DIRECT],
  repeats: 1,
  gates: {},
  human: {},
};

function settingsFor(concurrency: number): RunSettings {
  return { limits: { "no-op": { concurrency } }, retry: {}, onUncertain: "repeat" };
}

function* plannedJobs(count: number): Iterable<Job> {
  for (let number = 1; number <= count; number++) {
    yield {
      jobId: `job-${number}`,
      studyId: "bench",
      queryId: `q${number}`,
      surfaceId: "no-op",
      locationId: DIRECT,
      query: "what does a job cost?",
      evidence: "none",
    };
  }
}
