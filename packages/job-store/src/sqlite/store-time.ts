import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hrtime, platform } from "node:process";
import type { Database } from "./database.ts";
import { number, optionalNumber } from "./row.ts";

/** Where a machine's time comes from. */
export interface TimeSource {
  /** Names this start of the machine. */
  readonly bootId: string;
  /** Milliseconds on a clock that all processes of the machine share, and that never goes back while it runs. */
  monotonic(): number;
  /** Milliseconds since the Unix epoch; it may jump. */
  wall(): number;
}

/** The time of this machine. */
export function machineTime(wall: () => number): TimeSource {
  // CLOCK_MONOTONIC on Linux and mach_continuous_time on macOS: one for all processes, unlike performance.now().
  return { bootId: readBootId(), monotonic: () => Number(hrtime.bigint() / 1000n) / 1000, wall };
}

/**
 * The store's time in milliseconds: about Unix time, shared by all processes of the machine, and never going back. It
 * is fixed to the wall clock once per start of the machine, by the first process to come, and runs with the monotonic
 * clock from then on. So a wall clock that jumps, in one process or in all, moves no lease and no wait.
 */
export async function openStoreTime(database: Database, source: TimeSource): Promise<() => number> {
  const anchor = await database.write(() => {
    const known = database.row("SELECT anchor FROM boot WHERE boot_id = ?", source.bootId);
    if (known) return number(known, "anchor");
    // After a start with a wall clock that is behind: what has been must not be ahead of what is.
    const latest = database.row("SELECT MAX(started_at) AS latest FROM attempt");
    const from = Math.max(source.wall(), (latest && optionalNumber(latest, "latest")) ?? 0);
    const made = from - source.monotonic();
    database.change("INSERT INTO boot (boot_id, anchor) VALUES (?, ?)", source.bootId, made);
    return made;
  });
  return () => anchor + source.monotonic();
}

function readBootId(): string {
  if (platform === "linux") return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
}
