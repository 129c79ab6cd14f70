import { setTimeout as sleep } from "node:timers/promises";
import { startLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAllAnswered } from "../support/check-invariants.ts";
import { expectEqual, expectThat, until, withinBound } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";

const CONCURRENCY = 8;
/** Failures in a row that open the breaker. */
const THRESHOLD = 5;
/** What the breaker's time grows to, with its spread, in milliseconds. */
const LONGEST_BREAK = 72_000;

export const fault: Fault = {
  id: "surface-outage",
  title: "a surface that says 500 to everything for five minutes (in small, for 3 seconds)",
  matrix: [30],
  inEveryTest: true,
  expected: "at most 60 asks in the outage (in small, those in flight and a probe), no cell lost, none answered twice",
  async run(scale) {
    // The first break is of 4 to 6 seconds: at most one probe meets an outage of 3, and few more one that lasts longer
    // because the machine is busy.
    const [planned, outage, most] = scale === "full" ? [60, 300_000, 60] : [30, 3000, THRESHOLD + 2 * CONCURRENCY];
    await using desk = await Desk.open();
    await using server = await startLlmServer({
      keys: [desk.canary],
      scenarios: [{ scenario: { kind: "answer", delayMs: 30 } }],
    });
    await writeCanaryStudy(desk, { url: server.url, questions: planned, concurrency: CONCURRENCY });
    const run = desk.start(["run"]);
    await until("ten questions", 60_000, () => server.asks.length >= 10);
    const before = server.asks.length;
    server.setScenarios([{ scenario: { kind: "error", status: 500 } }]);
    await sleep(outage);
    const during = server.asks.length - before;
    server.setScenarios([]);
    const bound = LONGEST_BREAK + 120_000;
    const { code, stderr } = await withinBound("the run, after the outage,", bound, run.ended);
    expectEqual(`exit code (${stderr})`, code, 0);
    expectThat(during <= most, `${during} asks in the outage`);
    expectThat(during >= THRESHOLD, `only ${during} asks met the outage`);
    await checkAllAnswered(desk, { planned, asks: server.asks.length });
    return `${during} asks in an outage of ${outage / 1000} s, ${planned} cells answered with ${server.asks.length} asks`;
  },
};
