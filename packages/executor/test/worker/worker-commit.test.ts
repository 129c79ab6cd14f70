import { type AttemptRef, type ClaimedJob, type ClaimRequest, type Settlement, systemClock } from "@bentham/core";
import { createExecutor, MemoryQueue } from "@bentham/executor";
import { expect, test } from "vitest";
import { jobsOf } from "../support/jobs.ts";

/** Writes no end before the next claim is there: a store commits the two together. */
class CommittingQueue extends MemoryQueue {
  #claimed = Promise.withResolvers<void>();

  override async claim(request: ClaimRequest): Promise<ClaimedJob[]> {
    this.#claimed.resolve();
    return super.claim(request);
  }

  override async settle(attempt: AttemptRef, settlement: Settlement): Promise<"taken" | "lost"> {
    this.#claimed = Promise.withResolvers();
    await this.#claimed.promise;
    return super.settle(attempt, settlement);
  }
}

test("a worker claims its next job beside the end of the one before, so that both can share a commit", async () => {
  const queue = new CommittingQueue(systemClock, () => 0.5);
  queue.enqueue(jobsOf(3));
  const adapter = {
    name: "echo",
    version: "1",
    async ask(job: { readonly query: string }, context: { beforeAsk(): Promise<void> }) {
      await context.beforeAsk();
      return { text: job.query, responseTimeMs: 0 };
    },
  };
  await using executor = createExecutor({ surfaceAdapters: { resolve: () => adapter }, jobStore: queue });
  const done = Promise.withResolvers<void>();
  const ended: string[] = [];
  executor.on("job:end", ({ jobId }) => {
    ended.push(jobId);
    if (ended.length === 3) done.resolve();
  });
  await executor.startWorker({ concurrency: 1, pollInterval: 600_000 });
  await done.promise;
  expect(new Set(ended).size).toBe(3);
});
