import { readFile } from "node:fs/promises";
import { childProcessesOf } from "@bentham/testbed";

/** What a process and all it has started take. */
export interface TreeSize {
  readonly processes: number;
  /** Proportional set size, which counts a page that several share once, in MB. */
  readonly megabytes: number;
}

/** Measures a process and all it has started. Reads /proc, so Linux only. */
export async function sizeOfTree(pid: number): Promise<TreeSize> {
  const pids = [pid, ...(await childProcessesOf(pid)).map((child) => child.pid)];
  const sizes = await Promise.all(pids.map((each) => proportionalKilobytes(each)));
  return { processes: pids.length, megabytes: sizes.reduce((sum, size) => sum + size, 0) / 1024 };
}

async function proportionalKilobytes(pid: number): Promise<number> {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes ?? 0);
  } catch {
    return 0; // It has ended in this moment.
  }
}
