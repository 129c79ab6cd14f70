import type { JobResult } from "@bentham/core";
import type { Executor } from "@bentham/executor";
import type { TestClock } from "./test-clock.ts";

/** The results of the next `count` jobs that end. Call it before they can. */
export function nextResults(executor: Executor, count: number): Promise<JobResult[]> {
  return new Promise((resolve) => {
    const results: JobResult[] = [];
    const stop = executor.on("job:result", ({ result }) => {
      if (results.push(result) < count) return;
      stop();
      resolve(results);
    });
  });
}

/** Starts the executor's worker, lets `count` jobs end, and stops it. */
export async function workOff(
  executor: Executor,
  clock: TestClock,
  count: number,
  options: Parameters<Executor["startWorker"]>[0] = {},
): Promise<JobResult[]> {
  const ended = nextResults(executor, count);
  await executor.startWorker(options);
  const results = await clock.run(ended);
  await clock.run(executor.stopWorker());
  return results;
}
