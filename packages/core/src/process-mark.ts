import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** Tells one process from every other one, on any machine and across restarts: `<where>-<pid>-<start>`. */
export async function processMark(): Promise<string> {
  return `${await whereabouts()}-${process.pid}-${(await startOf(process.pid)) ?? 0}`;
}

/**
 * Whether the process of `mark` has ended. `undefined` where that cannot be known: it ran on another machine, in another
 * container, or before a restart.
 */
export async function hasEnded(mark: string): Promise<boolean | undefined> {
  const [, where, pid, start] = /^([0-9a-f]+)-(\d+)-(\d+)$/.exec(mark) ?? [];
  if (where !== (await whereabouts())) return undefined;
  if (start !== "0") return (await startOf(Number(pid))) !== start;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** The start of this machine and the pid namespace, in which a process id and its start mean one process. */
async function whereabouts(): Promise<string> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    return digest(`${boot} ${await readlink("/proc/self/ns/pid")}`);
  } catch {
    return digest(hostname()); // No Linux: the machine must do.
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** When a process started, in clock ticks since the machine's start; `undefined` where it is not there. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    // The second field is the command in parentheses and may hold anything; the start is the 22nd (proc(5)).
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : fields[18];
  } catch (error) {
    // Only "there is no such process" means that it ended. Too many open files, say, does not.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return undefined;
    throw error;
  }
}
