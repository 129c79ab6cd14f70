import { jobIdOf, type Run, type RunSettings, type RunStore } from "@bentham/core";

/** Puts a run of so many cells into a store, in the queue `queue`. */
export async function storedRun(store: RunStore, cells: number, settings: Partial<RunSettings> = {}): Promise<Run> {
  const { run } = await store.openRun({
    plan: {
      study: "study",
      queries: [{ id: "q", text: "Why?" }],
      surfaces: [{ id: "llm", settings: {}, evidence: "none" }],
      locations: ["direct"],
      repeats: cells,
      gates: {},
      human: {},
    },
    planHash: "hash",
    settings: { limits: { llm: { concurrency: 32 } }, retry: {}, onUncertain: "repeat", ...settings },
    queueName: "queue",
  });
  const keys = Array.from({ length: cells }, (_, index) => {
    const key = { queryId: "q", surfaceId: "llm", locationId: "direct", repeat: index + 1 };
    return { jobId: jobIdOf({ runId: run.runId, ...key }), ...key };
  });
  for (let from = 0; from < cells; from += 1000) await store.enqueue(run.runId, keys.slice(from, from + 1000));
  await store.markEnqueued(run.runId);
  return run;
}
