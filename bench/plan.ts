import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "@bentham/job-store";
import { type Benchmark, table } from "./benchmark.ts";
import type { Planned } from "./support/plan-in-a-process.ts";

const planner = fileURLToPath(new URL("./support/plan-in-a-process.ts", import.meta.url));

/** How often a worker beside it claims, in milliseconds. */
const CLAIM_EVERY = 20;

/** Time and memory of planning and enqueueing, and how long a claim beside it waits. */
export const benchmark: Benchmark = {
  title:
    "planning and enqueueing cells into the durable store, in a process of its own; claims beside it; --cells 1000000",
  async run(flags) {
    const cells = Number(flags["cells"] ?? 1_000_000);
    const rows = [];
    for (const [name, queries] of [
      ["1,000 questions, again and again", 1000],
      ["each question once", cells],
    ] as const) {
      rows.push({ name, ...(await planned(queries, cells / queries)) });
    }
    return table(
      ["", "cells", "s", "CPU s", "x inserts alone", "peak RSS MB", "longest claim ms", "timer late ms", "claims"],
      rows.map((row) => [
        row.name,
        String(cells),
        (row.ms / 1000).toFixed(1),
        (row.cpuMs / 1000).toFixed(1),
        (row.ms / row.bareMs).toFixed(1),
        row.peakMb.toFixed(0),
        row.longestClaimMs.toFixed(0),
        row.latestTimerMs.toFixed(0),
        String(row.claims),
      ]),
    );
  },
};

/** Plans in a process of its own, while a worker of this one claims. */
async function planned(queries: number, repeats: number): Promise<Planned & Claims> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
  const path = join(folder.path, "bentham.db");
  await using store = await openSqliteStore({ path });
  const child = fork(planner, [path, String(queries), String(repeats)], { execArgv: [...process.execArgv] });
  const [ended, claims] = await Promise.all([once(child, "message"), claimUntilEnded(store, child)]);
  const [told]: Planned[] = ended;
  if (!told) throw new Error("the planner ended without a word");
  return { ...told, ...claims };
}

interface Claims {
  readonly longestClaimMs: number;
  /** How late a timer of the claiming process was at most: what the machine alone holds it up. */
  readonly latestTimerMs: number;
  readonly claims: number;
}

async function claimUntilEnded(
  store: Awaited<ReturnType<typeof openSqliteStore>>,
  child: ReturnType<typeof fork>,
): Promise<Claims> {
  let [longestClaimMs, latestTimerMs, claims] = [0, 0, 0];
  while (child.exitCode === null && child.signalCode === null) {
    const due = performance.now() + CLAIM_EVERY;
    await new Promise((resolve) => setTimeout(resolve, CLAIM_EVERY));
    const since = performance.now();
    latestTimerMs = Math.max(latestTimerMs, since - due);
    const claimed = await store.claim({ queueName: "bench", workerId: "bench", limit: 1, leaseMs: 60_000 });
    if (claimed.length > 0) {
      longestClaimMs = Math.max(longestClaimMs, performance.now() - since);
      claims += 1;
    }
    for (const job of claimed) await store.giveBack(job, { outcome: "interrupted", code: "INTERRUPTED", message: "" });
  }
  return { longestClaimMs, latestTimerMs, claims };
}
