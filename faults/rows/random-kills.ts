import { type Random, seededRandom } from "@bentham/core";
import { type ScenarioRule, spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk, type Started } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectThat } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

const PLANNED = 50;
const CONCURRENCY = 4;
/** When a run must have ended after the last fault, in milliseconds. */
const BOUND = 120_000;

export const fault: Fault = {
  id: "random-kills",
  title:
    "worker processes killed, stopped and told to end, 429 storms, outages and pauses, by chance, with real processes",
  expected: "whatever the seed: the invariants hold, and the run ends",
  async run(scale) {
    const seeds = scale === "full" ? 30 : 1;
    const sums = { kills: 0, asks: 0, answered: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      try {
        const { kills, asks, answered } = await runSeed(seededRandom(`random-kills ${seed}`));
        sums.kills += kills;
        sums.asks += asks;
        sums.answered += answered;
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }
    const { kills, asks, answered } = sums;
    return `${seeds} seeds, ${kills} kills, ${asks} asks, ${answered} of ${seeds * PLANNED} cells answered`;
  },
};

async function runSeed(
  random: Random,
): Promise<{ readonly kills: number; readonly asks: number; readonly answered: number }> {
  const fair: ScenarioRule[] = [{ scenario: { kind: "answer", delayMs: 100 } }];
  await using server = await spawnLlmServer({ scenarios: fair });
  await using desk = await Desk.open();
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: PLANNED,
    concurrency: CONCURRENCY,
    configuration: "worker: { leaseMs: 2000, grace: 500 }",
    more: "retry: { maxRetries: 8, baseDelay: 50, maxDelay: 200 }",
  });
  const start = (): Started => desk.start(random() < 0.5 ? ["run", "study.yaml"] : ["worker"]);
  const running = new Set<Started>([desk.start(["run", "study.yaml"])]);
  await untilAsked(server, 1);
  let kills = 0;
  for (let step = 0; step < 8; step++) {
    const from = (await server.asks()).length;
    await server.setScenarios(random() < 0.4 ? bad(random, from) : fair);
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 600));
    const [victim] = running;
    const what = random();
    if (what < 0.4 && victim) {
      kills += 1;
      running.delete(victim);
      victim.process.kill("SIGKILL");
      await victim.ended;
    } else if (what < 0.55 && victim) {
      victim.process.kill("SIGSTOP");
      setTimeout(() => victim.process.kill("SIGCONT"), 2500).unref();
    } else if (what < 0.7 && victim) {
      running.delete(victim);
      victim.process.kill("SIGCONT");
      victim.process.kill("SIGTERM");
      await victim.ended;
    } else if (what < 0.8) {
      await desk.run(["pause", "study.yaml"]);
    }
    if (running.size < 2) running.add(start());
  }
  await server.setScenarios(fair);
  const bound = performance.now() + BOUND;
  for (let code: number | null = null; code !== 0 && code !== 3;) {
    expectThat(performance.now() < bound, `it has not ended after ${BOUND} ms`);
    ({ code } = await desk.run(["run", "study.yaml"]));
  }
  for (const { process, ended } of running) {
    process.kill("SIGCONT");
    process.kill("SIGTERM");
    await ended;
  }
  const asks = (await server.asks()).length;
  const { answered } = await checkInvariants(desk, { planned: PLANNED, asks, killed: kills * CONCURRENCY });
  return { kills, asks, answered };
}

/** A while of bad weather, from a question on. */
function bad(random: Random, from: number): ScenarioRule[] {
  const fair: ScenarioRule = { scenario: { kind: "answer", delayMs: 100 } };
  const asks = { from, to: from + 3 + Math.floor(random() * 8) };
  return random() < 0.5
    ? [fair, { ...asks, scenario: { kind: "rate-limit", retryAfter: "1" } }]
    : [fair, { ...asks, scenario: { kind: "error", status: 503 } }];
}
