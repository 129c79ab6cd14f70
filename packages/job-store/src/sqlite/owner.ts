import { readFileSync, readlinkSync } from "node:fs";
import { kill, pid as ownPid, platform } from "node:process";

/** A process that may hold leases. A process id alone is used again sooner or later; with its start time it is not. */
export interface Owner {
  readonly pid: number;
  /** When the process started, as its machine tells it; empty where it does not. */
  readonly startTime: string;
  /** The namespace that `pid` counts in; two containers have two processes of the same id. */
  readonly namespace: string;
  readonly bootId: string;
}

/** This process. */
export function thisProcess(bootId: string): Owner {
  return { pid: ownPid, startTime: processOf(ownPid)?.startTime ?? "", namespace: ownNamespace(), bootId };
}

/** Whether a process is gone for certain. One that cannot be seen from here counts as there; its leases run out. */
export function isGone(owner: Owner, here: Owner): boolean {
  if (owner.bootId !== here.bootId) return true;
  if (owner.namespace !== here.namespace) return false;
  if (owner.pid === here.pid && owner.startTime === here.startTime) return false;
  const found = processOf(owner.pid);
  return !found || found.isDead || found.startTime !== owner.startTime;
}

/** What the machine knows of a process: field 22 of /proc/PID/stat is its start, field 3 its state (proc(5)). */
function processOf(pid: number): { startTime: string; isDead: boolean } | undefined {
  if (platform !== "linux") return answersSignals(pid) ? { startTime: "", isDead: false } : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in field 2 may hold anything, also spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { startTime: fields[19] ?? "", isDead: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined; // There is no such process.
  }
}

function answersSignals(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function ownNamespace(): string {
  return platform === "linux" ? readlinkSync("/proc/self/ns/pid") : platform;
}
