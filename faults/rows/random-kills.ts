import { type Random, seededRandom } from "@bentham/core";
import { type Scenario, spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk, type Started } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { expectThat } from "../support/check.ts";
import { writeCanaryStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

const PLANNED = 50;
const CONCURRENCY = 4;
const LEASE = 2000;
/** Faults of a seed; each also changes the weather. */
const STEPS = 8;
/** When a run must have ended after the last fault, in milliseconds. */
const BOUND = 120_000;

export const fault: Fault = {
  id: "random-kills",
  title:
    "processes killed, stopped, stalled past their lease and told to end, 429 storms, outages, pauses and cancels, by chance, with real processes",
  expected: "whatever the seed: the invariants hold, and the run ends",
  async run(scale) {
    const seeds = scale === "full" ? 30 : 1;
    const faults = new Map<string, number>();
    let [asks, answered] = [0, 0];
    for (let seed = 1; seed <= seeds; seed++) {
      const seen: string[] = [];
      try {
        const run = await runSeed(seededRandom(`random-kills ${seed}`), seen);
        asks += run.asks;
        answered += run.answered;
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        throw new Error(`seed ${seed} (${seen.join(", ")}): ${what}`, { cause: error });
      }
      for (const what of seen) faults.set(what, (faults.get(what) ?? 0) + 1);
    }
    // Most cells are answered in spite of it all: runs that fail everything would keep every invariant.
    expectThat(answered > (seeds * PLANNED) / 2, `only ${answered} of ${seeds * PLANNED} cells answered`);
    const counts = [...faults].map(([what, count]) => `${count} x ${what}`).join(", ");
    return `${seeds} seeds: ${counts}; ${asks} asks, ${answered} of ${seeds * PLANNED} cells answered`;
  },
};

const FAIR: Scenario = { kind: "answer", delayMs: 100 };

/** What a surface does for some questions. */
const WEATHERS: readonly (readonly [string, Scenario])[] = [
  ["fair", FAIR],
  ["fair", FAIR],
  ["fair", FAIR],
  ["storm", { kind: "rate-limit", retryAfter: "1" }],
  ["outage", { kind: "error", status: 503 }],
  ["cut connections", { kind: "cut" }],
];

/** What is done to the oldest process, or by a person; what stands here twice is done twice as often. */
const FAULTS = ["kill", "kill", "kill", "stop", "stall", "stall", "end", "pause", "cancel", "none"] as const;

/** Runs a study through the faults of a seed, told in `seen` as they come, and checks the invariants. */
async function runSeed(random: Random, seen: string[]): Promise<{ readonly asks: number; readonly answered: number }> {
  await using server = await spawnLlmServer({ scenarios: [{ scenario: FAIR }] });
  await using desk = await Desk.open();
  await writeCanaryStudy(desk, {
    url: server.url,
    questions: PLANNED,
    concurrency: CONCURRENCY,
    configuration: `worker: { leaseMs: ${LEASE}, grace: 500 }`,
    more: "retry: { maxRetries: 8, baseDelay: 50, maxDelay: 200 }",
  });
  const running = new Running(desk);
  running.start(["run", "study.yaml"]);
  await untilAsked(server, 1);
  for (let step = 0; step < STEPS; step++) {
    const from = (await server.asks()).length + 1;
    const [weather, scenario] = oneOf(random, WEATHERS);
    const to = from + 3 + Math.floor(random() * 8);
    await server.setScenarios([{ scenario: FAIR }, { from, to, scenario }]);
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 600));
    const what = oneOf(random, FAULTS);
    seen.push(weather, what);
    await running.suffer(what);
    if (running.count < 2) running.start(random() < 0.5 ? ["run", "study.yaml"] : ["worker"]);
  }
  await server.setScenarios([{ scenario: FAIR }]);
  await untilEnded(desk);
  await running.end();
  const asks = (await server.asks()).length;
  const kills = seen.filter((what) => what === "kill").length;
  const { answered } = await checkInvariants(desk, { planned: PLANNED, asks, killed: kills * CONCURRENCY });
  return { asks, answered };
}

/** The processes that work on a study, the oldest first. */
class Running {
  readonly #desk: Desk;
  readonly #running = new Set<Started>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get count(): number {
    return this.#running.size;
  }

  start(words: readonly string[]): void {
    const started = this.#desk.start(words);
    this.#running.add(started);
    void started.ended.then(() => this.#running.delete(started));
  }

  async suffer(what: (typeof FAULTS)[number]): Promise<void> {
    const [victim] = this.#running;
    switch (what) {
      case "kill":
        victim?.process.kill("SIGKILL");
        await victim?.ended;
        return;
      case "stop":
        return victim && goOnAfter(victim, LEASE / 4);
      case "stall":
        return victim && goOnAfter(victim, LEASE + 500);
      case "end":
        return victim && endOf(victim);
      case "pause":
        await this.#desk.run(["pause", "study.yaml"]);
        return;
      case "cancel": {
        // The person thinks better of it, or there would be no run to go on with.
        await this.#desk.run(["cancel", "study.yaml"]);
        this.start(["retry", "study.yaml", "--state", "cancelled"]);
        return;
      }
      case "none":
        return;
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#running].map(endOf));
  }
}

/** Stops a process, and has it go on by itself while other things happen. */
function goOnAfter({ process }: Started, ms: number): void {
  process.kill("SIGSTOP");
  setTimeout(() => process.kill("SIGCONT"), ms).unref();
}

async function endOf({ process, ended }: Started): Promise<void> {
  process.kill("SIGCONT"); // A process that is stopped hears of no signal.
  process.kill("SIGTERM");
  await ended;
}

async function untilEnded(desk: Desk): Promise<void> {
  const bound = performance.now() + BOUND;
  for (let code: number | null = null; code !== 0 && code !== 3;) {
    expectThat(performance.now() < bound, `it has not ended after ${BOUND} ms`);
    ({ code } = await desk.run(["run", "study.yaml"]));
  }
}

function oneOf<Choice>(random: Random, choices: readonly Choice[]): Choice {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error("there is nothing to choose from");
  return choice;
}
