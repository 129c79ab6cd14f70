import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { TestbedParts, TestbedUrls } from "./testbed-parts.ts";

/** How long the process has to end by itself, in milliseconds; then it is killed. */
const GRACE = 5000;

/** Servers of the testbed in a process of their own. Disposing it ends the process. */
export interface SpawnedTestbed extends AsyncDisposable {
  /** Where each of them is. */
  readonly urls: TestbedUrls;
  readonly pid: number;
  /** Kills the process with SIGKILL: servers that vanish. Returns when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts servers, those that have options, in one process that lives on when their clients are killed, a Ctrl-C at the
 * terminal among them, and that ends with this process at the latest. Works from sources and when built.
 *
 * @throws Error when the process ends before it serves.
 */
export async function spawnTestbed(parts: TestbedParts): Promise<SpawnedTestbed> {
  const isSource = import.meta.url.endsWith(".ts");
  const main = new URL(isSource ? "serve-main.ts" : "serve-main.js", import.meta.url);
  // A page's sources are made into scripts by a function of Node's that warns of itself.
  const conditions = isSource ? ["--conditions=@bentham/source", "--disable-warning=ExperimentalWarning"] : [];
  const child = spawn(process.execPath, [...conditions, fileURLToPath(main), "--stdin"], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true, // In a process group of its own, which no Ctrl-C reaches.
  });
  const { urls, pid } = await started(child, parts);
  return {
    urls,
    pid,
    kill() {
      child.kill("SIGKILL");
      return ended(child);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended(child, AbortSignal.timeout(GRACE));
      child.kill("SIGKILL");
      await ended(child);
    },
  };
}

/** Hands the process its options, and waits for its address. */
async function started(
  child: ChildProcessByStdio<Writable, Readable, null>,
  options: TestbedParts,
): Promise<{ urls: TestbedUrls; pid: number }> {
  child.stdin.on("error", () => {}); // A process that is gone reads nothing: its end, which is waited for, tells that.
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const exit = once(child, "exit");
  const line = once(createInterface({ input: child.stdout }), "line");
  const [first, signal] = await Promise.race([line, exit]);
  if (typeof first === "string") return JSON.parse(first);
  throw new Error(
    `the testbed's process ended before it served (${signal ?? `exit code ${first}`}): see its error above`,
  );
}

/** Waits until the process has ended, or the signal aborts. */
async function ended(child: ChildProcess, signal?: AbortSignal): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    await once(child, "exit", signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
