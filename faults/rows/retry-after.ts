import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@bentham/core";
import { type RetryAfter, startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk, type Started } from "../support/bentham.ts";
import { checkAllAnswered, checkInvariants } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { codesByQuery } from "../support/codes.ts";
import { StoreFile } from "../support/store.ts";
import { writeCanaryStudy } from "../support/study.ts";

const PLANNED = 8;
/** Which question meets the 429. One is under way at a time, in all processes: the next one is the first after it. */
const NTH = 3;

interface Form {
  readonly name: string;
  readonly retryAfter?: RetryAfter | readonly RetryAfter[];
  /** How long nobody may ask after it, in milliseconds. */
  readonly wait: number;
  /** How far the surface's clock is ahead, in milliseconds. */
  readonly ahead?: number;
}

const FORMS: readonly Form[] = [
  { name: "2", retryAfter: "2", wait: 2000 },
  { name: "a date 3 s ahead", retryAfter: { inMs: 3000 }, wait: 3000 },
  { name: "a date 3 s ahead, on a clock an hour ahead", retryAfter: { inMs: 3000 }, wait: 3000, ahead: 3_600_000 },
  { name: "two headers, 1 and 2", retryAfter: ["1", "2"], wait: 2000 },
  { name: "a date a minute ago", retryAfter: { inMs: -60_000 }, wait: 0 },
  { name: "abc", retryAfter: "abc", wait: 0 },
  { name: "none", wait: 0 },
  { name: "1000000000", retryAfter: "1000000000", wait: Infinity },
];

export const fault: Fault = {
  id: "retry-after",
  title: "a 429 in the middle of a run of two processes, with every form of Retry-After",
  matrix: [29],
  expected:
    "nobody asks before the time; after what is none, a backoff; for years nobody waits, the run can be stopped",
  async run(scale) {
    const forms = scale === "full" ? FORMS : FORMS.filter(({ name }) => name === "2" || name === "1000000000");
    const seen: string[] = [];
    for (const form of forms) seen.push(`${form.name}: ${await tryForm(form)}`);
    return seen.join("; ");
  },
};

async function tryForm(form: Form): Promise<string> {
  const { name, retryAfter, wait, ahead = 0 } = form;
  await using desk = await Desk.open();
  await using server = await startLlmServer({
    keys: [desk.canary],
    scenarios: [{ nth: NTH, scenario: { kind: "rate-limit", ...(retryAfter === undefined ? {} : { retryAfter }) } }],
    clock: { ...systemClock, now: () => systemClock.now() + ahead },
  });
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: PLANNED,
    concurrency: 1,
    more: "retry: { maxRetries: 0, baseDelay: 100, maxDelay: 200 }",
  });
  const worker = desk.start(["worker"]);
  await once(worker.process.stderr ?? worker.process, "data"); // It tells when it works.
  const run = desk.start(["run"]);
  if (wait === Infinity) {
    await until("the 429", 60_000, () => server.asks.length === NTH);
    await sleep(3000);
    expectEqual("asks in the cool-down", server.asks.length, NTH);
    await stop(run, 11);
    await stop(worker, 0);
    await checkInvariants(desk, { planned: PLANNED, asks: NTH, pending: PLANNED - NTH + 1 });
    return `not asked again, and stopped at once`;
  }
  const { code, stderr } = await withinBound(`${name}: the run`, 60_000, run.ended);
  expectEqual(`${name}: exit code (${stderr})`, code, 0);
  await stop(worker, 0);
  await checkAllAnswered(desk, { planned: PLANNED, asks: server.asks.length });
  expectEqual(`${name}: asks`, server.asks.length, PLANNED + 1);
  const [refused, next] = server.asks.slice(NTH - 1).map(({ at }) => at);
  const waited = (next ?? 0) - (refused ?? 0);
  expectThat(waited >= wait, `${name}: the next question came after ${waited} ms`);
  using store = new StoreFile(desk);
  const tries = [...codesByQuery(store.attempts()).values()].filter((codes) => codes.includes("RATE_LIMITED"));
  expectEqual(`${name}: tries of who met the 429`, tries, [["RATE_LIMITED", "answered"]]);
  const workers = store.count("SELECT COUNT(DISTINCT worker_id) FROM attempt");
  return `next after ${waited} ms, ${workers} processes asked`;
}

/** Stops a process that has nothing in hand, so that nothing has to be waited for. */
async function stop({ process, ended }: Started, wanted: number): Promise<void> {
  process.kill("SIGINT");
  const { code, stderr } = await withinBound("stopping", 10_000, ended);
  expectEqual(`exit code (${stderr})`, code, wanted);
}
