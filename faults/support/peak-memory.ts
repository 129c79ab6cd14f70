import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ended, Started } from "./bentham.ts";

/** The most memory that a command held at once (VmHWM), in MB, and how it ended. Reads /proc, so Linux only. */
export async function peakMemoryOf(started: Started): Promise<{ readonly megabytes: number; readonly ended: Ended }> {
  const { process, ended } = started;
  let megabytes = 0;
  // The kernel keeps the peak: looking often is only so as not to miss the end.
  while (process.exitCode === null && process.signalCode === null) {
    megabytes = Math.max(megabytes, await highWaterMark(process.pid ?? 0));
    await Promise.race([ended, sleep(20)]);
  }
  return { megabytes, ended: await ended };
}

async function highWaterMark(pid: number): Promise<number> {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0; // It has ended in this moment.
  }
}
