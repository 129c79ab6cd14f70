import type { JobResult, Reporter } from "@bentham/core";
import { warnOfListener } from "./events.ts";

/** Tells the reporter how a job ended. Its fault is its own: no answer is lost by it. */
export async function reportResult(reporter: Reporter | undefined, result: JobResult): Promise<void> {
  try {
    await reporter?.report(result);
  } catch (error) {
    warnOfListener(error);
  }
}
