import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openSqliteStore } from "@bentham/job-store";
import { withTemporaryFolder } from "@bentham/testbed";
import { resultOf } from "@bentham/testbed/contract";
import { afterEach, expect, test } from "vitest";
import { storedRun } from "../support/stored-run.ts";

const HOUR = 3_600_000;
const main = fileURLToPath(new URL("../support/work-until-done.ts", import.meta.url));
const children = new Set<ChildProcess>();

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

test("four processes settle every job once", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using store = await openSqliteStore({ path });
    const run = await storedRun(store, 1000);
    const workers = ["a", "b", "c", "d"].map((name) => startWorker(path, name));
    const settled = await Promise.all(workers.map((worker) => settledBy(worker)));
    expect(settled.reduce((sum, jobs) => sum + jobs, 0)).toBe(1000);
    expect(await store.ledger(run.runId)).toMatchObject({ planned: 1000, answered: 1000, pending: 0 });
    const results = await Array.fromAsync(store.results(run.runId, { superseded: true }));
    expect(new Set(results.map(({ jobId }) => jobId)).size).toBe(1000);
    expect(results).toHaveLength(1000);
  });
}, 60_000);

test("the jobs of a process that is killed come back at once, though its leases hold for an hour", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using store = await openSqliteStore({ path });
    const run = await storedRun(store, 300);
    for (const name of ["first", "second"]) {
      const worker = startWorker(path, name, HOUR);
      await nthLine(worker, 3);
      worker.kill("SIGKILL");
      await once(worker, "exit");
    }
    expect(await settledBy(startWorker(path, "third", HOUR))).toBeGreaterThan(0);
    expect(await store.ledger(run.runId)).toMatchObject({ planned: 300, answered: 300 });
  });
}, 60_000);

test("a process whose clock is an hour ahead steals no lease, and one that is behind loses none", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using store = await openSqliteStore({ path });
    const run = await storedRun(store, 100);
    const held = await store.claim({ queueName: "queue", workerId: "here", limit: 10, leaseMs: 60_000 });
    const workers = [startWorker(path, "ahead", 60_000, HOUR), startWorker(path, "behind", 60_000, -HOUR)];
    while ((await store.ledger(run.runId)).answered < 90) await store.renew("here", 60_000);
    expect(await store.held("here")).toEqual(new Map(held.map(({ leaseToken }) => [leaseToken, "runs"])));
    for (const job of held) expect(await store.settle(job, { result: resultOf(job) })).toBe("taken");
    const settled = await Promise.all(workers.map((worker) => settledBy(worker)));
    expect(settled.reduce((sum, jobs) => sum + jobs, 0)).toBe(90);
  });
}, 60_000);

test("a process that may open no more files takes no job from one that is there", async () => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using store = await openSqliteStore({ path });
    await storedRun(store, 3);
    const held = await store.claim({ queueName: "queue", workerId: "here", limit: 3, leaseMs: HOUR });
    const limited = fileURLToPath(new URL("../support/claim-at-the-limit.ts", import.meta.url));
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      'ulimit -n 64 && exec "$0" --conditions=@bentham/source "$1" "$2"',
      process.execPath,
      limited,
      path,
    ]);
    expect(stdout).toMatch(/^claimed 0 at EMFILE/);
    expect(await store.held("here")).toEqual(new Map(held.map(({ leaseToken }) => [leaseToken, "runs"])));
  });
});

function startWorker(path: string, name: string, leaseMs = 60_000, offset = 0): ChildProcess {
  const child = spawn(
    process.execPath,
    ["--conditions=@bentham/source", main, path, name, String(leaseMs), String(offset)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function settledBy(worker: ChildProcess): Promise<number> {
  for await (const line of linesOf(worker)) {
    const [, settled] = /^settled (\d+)$/.exec(line) ?? [];
    if (settled !== undefined) return Number(settled);
  }
  throw new Error("the worker ended without a word");
}

async function nthLine(worker: ChildProcess, nth: number): Promise<void> {
  let seen = 0;
  for await (const line of linesOf(worker)) {
    seen += 1;
    if (seen === nth && line !== "") return;
  }
  throw new Error(`the worker ended after ${seen} lines`);
}

function linesOf(worker: ChildProcess): AsyncIterable<string> {
  if (!worker.stdout) throw new Error("the worker has no output");
  return createInterface({ input: worker.stdout });
}
