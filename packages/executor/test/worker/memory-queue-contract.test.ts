import { seededRandom } from "@bentham/core";
import { MemoryQueue } from "@bentham/executor";
import { SimulatedClock } from "@bentham/testbed";
import { jobQueueContract, type JobQueueHarness } from "@bentham/testbed/contract";
import { describe, expect, test } from "vitest";

function openHarness(): JobQueueHarness {
  const clock = new SimulatedClock();
  const queue = new MemoryQueue(clock, seededRandom("contract"));
  return { queue, clock, queueName: "bentham-jobs", enqueue: async (jobs) => queue.enqueue(jobs) };
}

describe("the queue in memory keeps the contract of every job queue: it", () => {
  test.each(jobQueueContract.map((behaviour) => [behaviour.name, behaviour] as const))(
    "%s",
    async (_name, behaviour) => {
      await expect(behaviour.run(openHarness())).resolves.toBeUndefined();
    },
  );
});
