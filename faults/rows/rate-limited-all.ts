import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { startLlmServer } from "@bentham/testbed";
import type { Fault, Scale } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { eachScheme, type Scheme, servedOver } from "../support/schemes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

const CONCURRENCY = 4;
/** Most of one core that a process may use while it has nothing to do. */
const IDLE = 0.15;
/** Ticks of the CPU clock a second that Linux counts by, on every architecture that Node runs on. */
const TICKS = 100;

export const fault: Fault = {
  id: "rate-limited-all",
  title: "a surface that says 429 to everything, several times over, each time with a Retry-After",
  matrix: [36],
  expected: `the lane waits each time, using less than ${IDLE * 100} % of a core, no try is spent, and every cell is answered`,
  run: (scale) => eachScheme(scale, (scheme) => refuseAll(scale, scheme)),
};

async function refuseAll(scale: Scale, scheme: Scheme): Promise<string> {
  const [planned, refused, wait] = scale === "full" ? [40, 12, 10] : [8, 8, 3];
  await using desk = await Desk.open();
  await using server = await startLlmServer({
    ...(await servedOver(desk, scheme)),
    keys: [desk.canary],
    scenarios: [{ to: refused, scenario: { kind: "rate-limit", retryAfter: String(wait) } }],
  });
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: planned,
    concurrency: CONCURRENCY,
    more: "retry: { maxRetries: 0, baseDelay: 100, maxDelay: 200 }",
  });
  const run = desk.start(["run"]);
  await until("the first 429", 60_000, () => server.asks.length > 0);
  await sleep(1000); // What was in flight has come back.
  const usage = await usageOf(run.process.pid ?? 0, (wait - 2) * 1000);
  expectThat(usage < IDLE, `${Math.round(usage * 100)} % of a core was used while the lane waited`);
  const { code, stderr } = await withinBound("the run", refused * (wait + 1) * 1000 + 60_000, run.ended);
  expectEqual(`exit code (${stderr})`, code, 0);
  await checkAllAnswered(desk, { planned, asks: server.asks.length });
  expectEqual("asks", server.asks.length, planned + refused);
  // A burst is what was in flight when the first of it came back.
  const times = server.asks.slice(0, refused + 1).map(({ at }) => at);
  for (const [index, at] of times.entries()) {
    const inWait = times.filter((other) => other > at && other < at + wait * 1000).length;
    expectThat(inWait < CONCURRENCY, `${inWait} questions within ${wait} s after the 429 to question ${index + 1}`);
  }
  using store = new StoreFile(desk);
  expectEqual("tries spent", store.count("SELECT SUM(failures) FROM job"), 0);
  return `${refused} questions refused, ${planned} cells answered, no try spent, ${(usage * 100).toFixed(1)} % of a core while waiting`;
}

/** How much of one core a process uses for a while. Reads /proc, so Linux only. */
async function usageOf(pid: number, ms: number): Promise<number> {
  const [before, since] = [await ticksOf(pid), performance.now()];
  await sleep(ms);
  const ticks = (await ticksOf(pid)) - before;
  return ticks / TICKS / ((performance.now() - since) / 1000);
}

async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]); // utime and stime, see proc_pid_stat(5).
}
