// Preloaded into a bentham process: breaks it at a named point of a job's way. The executor tells its events on
// diagnostics channels anyway; nothing in it knows of this.

import { subscribe } from "node:diagnostics_channel";
import process from "node:process";

/** What breaks, and where. */
export interface Breakage {
  /** The executor's event. */
  readonly event: string;
  /** Only when the event comes for the `nth` time in this process, from 1. @default every time */
  readonly nth?: number;
  /** Only for this job. @default any */
  readonly jobId?: string;
  /**
   * - `kill`: SIGKILL.
   * - `abort`: the process ends itself with SIGABRT, as it does when it runs out of memory.
   * - `block`: nothing else runs in it for `blockMs`.
   * - `throw`: an error that nobody catches.
   * - `reject`: a promise that is rejected, and nobody looks at.
   */
  readonly how: "kill" | "abort" | "block" | "throw" | "reject";
  readonly blockMs?: number;
  /** What an error says. */
  readonly message?: string;
}

const variable = process.env["BREAK_AT"];
if (variable !== undefined) watch(JSON.parse(variable));

function watch(breakage: Breakage): void {
  let reached = 0;
  subscribe(`bentham:${breakage.event}`, (payload) => {
    if (breakage.jobId !== undefined && jobIdOf(payload) !== breakage.jobId) return;
    reached += 1;
    if (breakage.nth === undefined || reached === breakage.nth) happen(breakage);
  });
}

function jobIdOf(payload: unknown): unknown {
  return typeof payload === "object" && payload !== null && "jobId" in payload ? payload.jobId : undefined;
}

function happen({ how, blockMs = 0, message = "broken" }: Breakage): void {
  switch (how) {
    case "kill":
      process.kill(process.pid, "SIGKILL");
      return;
    case "abort":
      process.abort();
      return;
    case "block":
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
      return;
    case "throw":
      queueMicrotask(() => {
        throw new Error(message);
      });
      return;
    case "reject":
      void Promise.reject(new Error(message));
  }
}
