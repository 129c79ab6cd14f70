import { readdir, readFile } from "node:fs/promises";
import process from "node:process";

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  /** Its command line, the arguments parted by spaces. */
  readonly command: string;
}

/**
 * The processes that a process has started, and theirs, and so on; zombies, which hold nothing, are left out. A process
 * whose parent is gone is nobody's child any more: see {@link processesMarked}. Reads /proc, so Linux only.
 */
export async function childProcessesOf(pid: number): Promise<RunningProcess[]> {
  const parents = new Map<number, number>();
  for (const candidate of await allPids()) {
    const stat = await readProc(candidate, "stat");
    // "pid (name) state parent ...", where the name may hold anything, brackets and spaces among them.
    const [state, parent] = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
    if (parent !== undefined && state !== "Z") parents.set(candidate, Number(parent));
  }
  const family = new Set([pid]);
  // Number order is not birth order, once numbers have come round: repeated until nobody is found.
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  family.delete(pid);
  return Promise.all([...family].map(async (child) => ({ pid: child, command: await commandOf(child) })));
}

/**
 * The processes with a text in their environment or command line, except this one: a test that starts others with a
 * mark of its own finds what is left of them, whoever their parent is now. Reads /proc, so Linux only.
 */
export async function processesMarked(mark: string): Promise<RunningProcess[]> {
  const found: RunningProcess[] = [];
  for (const pid of await allPids()) {
    if (pid === process.pid) continue;
    const command = await commandOf(pid);
    const environment = (await readProc(pid, "environ")) ?? "";
    if (command.includes(mark) || environment.includes(mark)) found.push({ pid, command });
  }
  return found;
}

async function allPids(): Promise<number[]> {
  return (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
}

async function commandOf(pid: number): Promise<string> {
  return ((await readProc(pid, "cmdline")) ?? "").replaceAll("\0", " ").trimEnd();
}

/** A file of a process; nothing when the process has ended, or is another user's. */
async function readProc(pid: number, name: string): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}
