// Telling failures apart, and trying again by hand.

import { type Job, systemClock } from "@bentham/core";
import { calculateBackoff, classifyError, isRetryable } from "@bentham/executor";
import { openDesk } from "./ports/example-desk.ts";
import { SURFACE_KEY } from "./ports/surface.ts";

await using desk = await openDesk(2);
const maxRetries = 3;
const delay = (ms: number): Promise<void> => systemClock.sleep(ms / 100);
let attempt = 0;

async function executeJob(job: Job): Promise<string> {
  attempt += 1;
  try {
    const headers = { authorization: `Bearer ${SURFACE_KEY}` };
    const response = await fetch(desk.surface.url, { method: "POST", body: job.query, headers });
    if (response.ok) return await response.text();
    throw Object.assign(new Error("no answer"), { statusCode: response.status });
  } catch (error) {
    // Classify an error
    const classification = classifyError(error);
    // { code, category, isRetryable, suggestedAction }
    console.log(classification);

    // Check if should retry
    if (isRetryable(error) && attempt < maxRetries) {
      await delay(calculateBackoff({ attempt }));
      return executeJob(job); // Retry
    }
    throw error;
  }
}

console.log(await executeJob(desk.jobOf("Why?")), "at attempt", attempt);
