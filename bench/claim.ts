import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DIRECT, jobIdOf } from "@bentham/core";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { type Benchmark, table } from "./benchmark.ts";

const QUEUE = "bench";
/** Jobs that one claim asks for. */
const BATCH = 10;
const CLAIMS = 200;

/** What a claim costs with few jobs waiting and with very many. */
export const benchmark: Benchmark = {
  title: `a claim of ${BATCH} jobs, and giving them back, beside how many wait; --waiting 1000000`,
  async run(flags) {
    const sizes = [10_000, Number(flags["waiting"] ?? 1_000_000)];
    const rows = [];
    for (const waiting of sizes) rows.push({ waiting, ...(await claims(waiting)) });
    const [few] = rows;
    return table(
      ["waiting", "CPU ms/claim", "median ms", "x the fewest"],
      rows.map((row) => [
        String(row.waiting),
        row.cpuMs.toFixed(2),
        row.medianMs.toFixed(2),
        (row.cpuMs / (few?.cpuMs ?? row.cpuMs)).toFixed(2),
      ]),
    );
  },
};

async function claims(waiting: number): Promise<{ readonly cpuMs: number; readonly medianMs: number }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
  await using store = await openSqliteStore({ path: join(folder.path, "bentham.db") });
  await enqueue(store, waiting);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let claim = 0; claim < CLAIMS; claim++) {
    const since = performance.now();
    const claimed = await store.claim({ queueName: QUEUE, workerId: "bench", limit: BATCH, leaseMs: 60_000 });
    times.push(performance.now() - since);
    if (claimed.length !== BATCH) throw new Error(`${claimed.length} jobs were claimed`);
    const ending = { outcome: "interrupted", code: "INTERRUPTED", message: "" } as const;
    await Promise.all(claimed.map((job) => store.giveBack(job, ending)));
  }
  const { user, system } = process.cpuUsage(before);
  const medianMs = times.toSorted((one, other) => one - other)[CLAIMS / 2] ?? 0;
  return { cpuMs: (user + system) / 1000 / CLAIMS, medianMs };
}

async function enqueue(store: SqliteStore, waiting: number): Promise<void> {
  const { run } = await store.openRun({
    plan: {
      study: "bench",
      queries: [{ id: "q", text: "what does a claim cost?" }],
      surfaces: [{ id: "no-op", settings: {}, evidence: "none" }],
      locations: [DIRECT],
      repeats: waiting,
      gates: {},
      human: false,
    },
    planHash: "bench",
    settings: { limits: { "no-op": { concurrency: BATCH } }, retry: {}, onUncertain: "repeat" },
    queueName: QUEUE,
  });
  for (let from = 1; from <= waiting; from += 1000) {
    const cells = Array.from({ length: Math.min(1000, waiting + 1 - from) }, (_, index) => {
      const key = { queryId: "q", surfaceId: "no-op", locationId: DIRECT, repeat: from + index };
      return { jobId: jobIdOf({ runId: run.runId, ...key }), ...key };
    });
    await store.enqueue(run.runId, cells);
  }
  await store.markEnqueued(run.runId);
}
