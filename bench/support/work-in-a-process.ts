import process from "node:process";
import type { SurfaceAdapter } from "@bentham/core";
import { createExecutor } from "@bentham/executor";
import { openSqliteStore } from "@bentham/job-store";

/** What one of several worker processes did. */
export interface WorkedOff {
  /** Attempts that ended. */
  readonly ended: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

const noOp: SurfaceAdapter = {
  name: "no-op",
  version: "1",
  async ask(job, context) {
    await context.beforeAsk();
    return { text: job.query, responseTimeMs: 0 };
  },
};

const [path = "", queueName = "", inFlight = "1"] = process.argv.slice(2);
await using store = await openSqliteStore({ path });
await using executor = createExecutor({ surfaceAdapters: { resolve: () => noOp }, jobStore: store });
let ended = 0;
executor.on("job:end", () => (ended += 1));
const [rss, before] = [process.memoryUsage.rss(), process.cpuUsage()];
await executor.startWorker({ concurrency: Number(inFlight), queueName, pollInterval: 50 });
while ((await store.standings(queueName)).length > 0) await new Promise((resolve) => setTimeout(resolve, 100));
const { user, system } = process.cpuUsage(before);
const told: WorkedOff = { ended, cpuMs: (user + system) / 1000, rssMb: (process.memoryUsage.rss() - rss) / 2 ** 20 };
process.send?.(told);
await executor.stopWorker();
process.disconnect();
