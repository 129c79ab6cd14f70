// Run by a test, in a process where nobody listens: prints how many bytes seeing a million attempts allocates.
import type { Job } from "@bentham/core";
import type { EndedAttempt } from "../../src/attempt.ts";
import { ExecutorTelemetry } from "../../src/events.ts";
import { countAsk, countAttempt, countLostLease, countWait } from "../../src/seeing/attempt-metrics.ts";
import { AttemptTrace } from "../../src/seeing/attempt-trace.ts";
import { jobOf } from "./jobs.ts";

const ended: EndedAttempt = {
  outcome: "answered",
  result: {
    jobId: "j",
    studyId: "s",
    queryId: "q",
    surfaceId: "echo",
    locationId: "direct",
    success: true,
    metadata: { executedAt: new Date(0), executionTimeMs: 1 },
  },
};

function see(job: Job): void {
  if (AttemptTrace.begin(job, 1, "echo") !== undefined) throw new Error("somebody traces");
  countAsk(job);
  countWait(job, "rate", 1);
  countAttempt(job, ended);
  countLostLease(job);
}

const telemetry = new ExecutorTelemetry();
const job = jobOf();
const name = { jobId: job.jobId, attempt: 1, lane: "echo" };
const work = (): void => {
  for (let round = 0; round < 1_000_000; round++) {
    see(job);
    telemetry.tell("job:start", name);
  }
};
work(); // Compiles it first: that allocates, too.
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
work();
process.stdout.write(String(process.memoryUsage().heapUsed - before));
