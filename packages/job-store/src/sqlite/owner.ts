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

/**
 * This process.
 *
 * @throws Error when the machine does not tell of it, as where too many files are open: others would take it for gone.
 */
export function thisProcess(bootId: string): Owner {
  return { pid: ownPid, startTime: processOf(ownPid)?.startTime ?? "", namespace: ownNamespace(), bootId };
}

/** Whether a process is gone for certain. One that cannot be seen from here counts as there; its leases run out. */
export function isGone(owner: Owner, here: Owner): boolean {
  if (owner.bootId !== here.bootId) return true;
  if (owner.namespace !== here.namespace) return false;
  if (owner.pid === here.pid && owner.startTime === here.startTime) return false;
  try {
    const found = processOf(owner.pid);
    return !found || found.isDead || found.startTime !== owner.startTime;
  } catch {
    return false; // That it cannot be looked at, as too many files are open here, does not mean that it has ended.
  }
}

/**
 * What the machine knows of a process: field 22 of /proc/PID/stat is its start, field 3 its state (proc(5)).
 *
 * @throws Error when it cannot be looked at.
 */
function processOf(pid: number): { startTime: string; isDead: boolean } | undefined {
  if (platform !== "linux") return answersSignals(pid) ? { startTime: "", isDead: false } : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in field 2 may hold anything, also spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { startTime: fields[19] ?? "", isDead: fields[0] === "Z" || fields[0] === "X" };
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes(codeOf(error))) return undefined; // There is no such process.
    throw error;
  }
}

function answersSignals(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function ownNamespace(): string {
  return platform === "linux" ? readlinkSync("/proc/self/ns/pid") : platform;
}
