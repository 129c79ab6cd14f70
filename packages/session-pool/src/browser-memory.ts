import { readFile } from "node:fs/promises";

/**
 * Memory that processes have to themselves, in bytes: what they share, such as their program, is left out. Of one that has
 * ended, or on a system that does not tell (all but Linux), it is nothing.
 */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const shares = await Promise.all(pids.map((pid) => ownMemoryOf(pid)));
  return shares.reduce((sum, share) => sum + share, 0);
}

async function ownMemoryOf(pid: number): Promise<number> {
  try {
    const [, kilobytes = "0"] = /^RssAnon:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, "latin1")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 0; // It has ended since it was counted.
  }
}
