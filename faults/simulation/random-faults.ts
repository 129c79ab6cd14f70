import { type Random, type RunSettings, seededRandom } from "@bentham/core";
import { mostInAMinute } from "@bentham/testbed";
import { expectEqual, expectThat } from "../support/check.ts";
import { QUEUE, SimulatedRun } from "./simulated-run.ts";
import { SimulatedSurface, type Weather } from "./simulated-surface.ts";
import { SimulatedWorker } from "./simulated-worker.ts";

const SURFACES = ["one", "other"] as const;
/** Cells of each surface. */
const CELLS = 25;
const WORKERS = 3;
const CONCURRENCY = 4;
const LEASE = 20_000;
/** How often a worker looks: several times within a lease, and no more often, since most of a run's time goes there. */
const POLL = 4000;
/** Most questions a minute to the first surface, and most at once to the other. */
const PER_MINUTE = 8;
const SLOTS = 2;
/** How long things go wrong, in milliseconds. */
const TROUBLE = 240_000;
/** When the run must have ended at the latest, in milliseconds. */
const BOUND = 3 * 3_600_000;

/** What went wrong with a run, and what it came to. */
export interface RandomFaults {
  readonly faults: number;
  readonly asks: number;
  readonly answered: number;
  /** How long the run took, in milliseconds of the simulated clock. */
  readonly took: number;
}

/**
 * Runs a study of 50 cells on three workers, each with a connection of its own, while they are killed, stopped and told to
 * end, while surfaces storm, are away and hang, while cells are cancelled and asked again and the run is paused, with a
 * budget, a deadline and an `onUncertain` or without, all by chance out of `seed`; then checks the invariants.
 *
 * @throws Error naming the seed and what did not hold.
 */
export async function runRandomFaults(seed: string): Promise<RandomFaults> {
  try {
    return await runSeed(seed);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function runSeed(seed: string): Promise<RandomFaults> {
  const random = seededRandom(seed);
  await using simulated = await SimulatedRun.open({
    surfaces: SURFACES,
    cells: CELLS,
    settings: SETTINGS,
    seed: `${seed}/store`,
  });
  const settings = settingsOf(seededRandom(`${seed}/settings`), simulated.clock.now());
  await simulated.change(settings);
  await using world = new World(simulated, random, seed);
  for (let worker = 0; worker < WORKERS; worker++) await world.startWorker();
  let faults = 0;
  while (simulated.clock.monotonic() < TROUBLE) {
    await simulated.clock.advance(500 + random() * 15_000);
    await world.breakSomething();
    faults += 1;
  }
  const { budgetCalls = Infinity, onUncertain } = settings;
  expectThat(world.asks <= budgetCalls, `${world.asks} asks with a budget of ${budgetCalls}`);
  await world.mendEverything();
  // A person raises the budget, moves the deadline, and has asked again what was set aside.
  await simulated.change({ ...SETTINGS, onUncertain });
  for (let left = await simulated.ledger(); left.pending + left.parked > 0; left = await simulated.ledger()) {
    if (left.parked > 0) await simulated.store.retry(simulated.run.runId, { states: ["parked"] });
    expectThat(simulated.clock.monotonic() < BOUND, `it has not ended: ${JSON.stringify(await simulated.ledger())}`);
    await simulated.clock.advance(10_000);
  }
  const took = simulated.clock.monotonic();
  await world.endWorkers();
  return { faults, took, ...(await check(simulated, world, settings)) };
}

/** Both lanes are so slow that the run lasts for as long as things go wrong. */
const SETTINGS: RunSettings = {
  limits: { one: { perMinute: PER_MINUTE }, other: { concurrency: SLOTS } },
  retry: { maxRetries: 3 },
  onUncertain: "repeat",
};

function settingsOf(random: Random, now: number): RunSettings {
  const onUncertain = (["repeat", "skip", "ask"] as const)[Math.floor(random() * 3)] ?? "repeat";
  return {
    ...SETTINGS,
    onUncertain,
    ...(random() < 0.3 ? { budgetCalls: 10 + Math.floor(random() * 60) } : {}),
    ...(random() < 0.3 ? { deadline: now + random() * TROUBLE } : {}),
  };
}

/** The surfaces and workers of one run, and what is wrong with them. */
class World implements AsyncDisposable {
  readonly surfaces: ReadonlyMap<string, SimulatedSurface>;
  readonly workers: SimulatedWorker[] = [];
  /** Jobs that a person has cancelled or had asked again. */
  readonly touched = new Set<string>();
  /** Most jobs of the lane with few slots under lease when one of them asked. */
  mostLeased = 0;
  #started = 0;
  readonly #simulated: SimulatedRun;
  readonly #random: Random;
  readonly #seed: string;
  readonly #weather = new Map<string, { readonly weather: Weather; readonly until: number }>();

  constructor(simulated: SimulatedRun, random: Random, seed: string) {
    this.#simulated = simulated;
    this.#random = random;
    this.#seed = seed;
    const { clock } = simulated;
    this.surfaces = new Map(
      SURFACES.map((id) => [
        id,
        new SimulatedSurface({
          clock,
          middleMs: 12_000,
          random: seededRandom(`${seed}/${id}`),
          weather: () => this.#weatherAt(id),
          onAsk: () => void (this.mostLeased = Math.max(this.mostLeased, simulated.leased("other"))),
        }),
      ]),
    );
  }

  get #living(): SimulatedWorker[] {
    return this.workers.filter(({ isKilled }) => !isKilled);
  }

  /** Questions that arrived at any surface. */
  get asks(): number {
    return [...this.surfaces.values()].reduce((sum, { counts }) => sum + counts.asks, 0);
  }

  async startWorker(): Promise<void> {
    const workerId = `worker-${this.#started++}`;
    this.workers.push(
      await SimulatedWorker.start({
        clock: this.#simulated.clock,
        queue: await this.#simulated.connect(`${this.#seed}/${workerId}/store`),
        queueName: QUEUE,
        random: seededRandom(`${this.#seed}/${workerId}`),
        adapterOf: (id) => this.#surface(id).adapter,
        concurrency: CONCURRENCY,
        leaseMs: LEASE,
        pollInterval: POLL,
        workerId,
      }),
    );
  }

  async breakSomething(): Promise<void> {
    const { store, run, clock } = this.#simulated;
    const scope = { kind: "run", id: run.runId } as const;
    switch (
      this.#one(
        "kill",
        "stop",
        "stop",
        "go on",
        "go on",
        "end",
        "weather",
        "weather",
        "weather",
        "cancel",
        "retry",
        "pause",
        "resume",
      )
    ) {
      case "kill":
        this.#oneOf(this.#living)?.kill();
        return this.startWorker();
      case "stop":
        return this.#oneOf(this.#living)?.stop();
      case "go on":
        return this.#oneOf(this.#living)?.goOn();
      case "end": {
        const worker = this.#oneOf(this.#living);
        if (!worker) return;
        worker.goOn(); // A process that is stopped hears of no signal.
        const ending = worker.end(this.#one(0, 5000));
        await clock.advance(20_000);
        await ending;
        this.workers.splice(this.workers.indexOf(worker), 1);
        return this.startWorker();
      }
      case "weather": {
        const until = clock.monotonic() + 5000 + this.#random() * 90_000;
        this.#weather.set(this.#one(...SURFACES), { weather: this.#badWeather(), until });
        return;
      }
      case "cancel":
        return void (await store.cancel(run.runId, { queries: [this.#touch()] }));
      case "retry":
        return void (await store.retry(run.runId, { states: ["failed", "cancelled"], queries: [this.#touch()] }));
      case "pause":
        return store.pause({ scope, forMs: 30_000, reason: "a person" });
      case "resume":
        return store.resume(scope);
    }
  }

  async mendEverything(): Promise<void> {
    this.#weather.clear();
    for (const worker of this.#living) worker.goOn();
    await this.startWorker();
    await this.#simulated.store.resume({ kind: "run", id: this.#simulated.run.runId });
  }

  async endWorkers(): Promise<void> {
    const ending = Promise.all(this.#living.map((worker) => worker.end(0)));
    await this.#simulated.clock.advance(60_000);
    await ending;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.workers) worker.kill(); // After a failure: nothing of it may go on into the next seed.
  }

  /** A query whose cells a person does something about. */
  #touch(): string {
    const query = `q${Math.floor(this.#random() * CELLS)}`;
    this.touched.add(query);
    return query;
  }

  #surface(id: string): SimulatedSurface {
    const surface = this.surfaces.get(id);
    if (!surface) throw new Error(`there is no surface ${id}`);
    return surface;
  }

  #weatherAt(id: string): Weather {
    const bad = this.#weather.get(id);
    return bad && this.#simulated.clock.monotonic() < bad.until ? bad.weather : { kind: "fair" };
  }

  #badWeather(): Weather {
    return this.#one<Weather>(
      { kind: "storm" },
      { kind: "storm", retryAfterMs: Math.round(this.#random() * 30_000) },
      { kind: "outage" },
      { kind: "hang" },
    );
  }

  #one<Choice>(...choices: readonly Choice[]): Choice {
    const choice = this.#oneOf(choices);
    if (choice === undefined) throw new Error("there is nothing to choose from");
    return choice;
  }

  #oneOf<Choice>(choices: readonly Choice[]): Choice | undefined {
    return choices[Math.floor(this.#random() * choices.length)];
  }
}

/** The invariants of a run that has ended, whatever went wrong with it. */
async function check(
  simulated: SimulatedRun,
  world: World,
  { onUncertain }: RunSettings,
): Promise<Pick<RandomFaults, "asks" | "answered">> {
  const { store, run } = simulated;
  const { planned, answered, failed, cancelled, skipped, ...others } = await simulated.ledger();
  expectEqual("planned", planned, CELLS * SURFACES.length);
  expectEqual("cells that ended", answered + failed + cancelled + skipped, planned);
  expectEqual("other cells", others, { blocked: 0, parked: 0, pending: 0 });
  expectThat(skipped === 0 || onUncertain === "skip", `${skipped} cells were skipped`);
  const results = await Array.fromAsync(store.results(run.runId));
  expectEqual("current results", results.length, planned);
  expectEqual("cells with a result", new Set(results.map(({ jobId }) => jobId)).size, planned);
  const attempts = simulated.attempts();
  const broken = attempts.filter(({ outcome }) => outcome === "interrupted" || outcome === "cancelled");
  for (const { jobId, queryId, surfaceId, success, response } of results) {
    const answers = world.surfaces.get(surfaceId)?.counts.answersOf.get(jobId) ?? 0;
    if (success) expectEqual("an answer", response?.text, SimulatedSurface.answerTo({ jobId }));
    // An answer is got and lost by an attempt alone that was killed, stopped or cancelled.
    const lost = answers - (success ? 1 : 0);
    const interruptions = broken.filter((attempt) => attempt.jobId === jobId).length;
    expectThat(lost >= 0 && lost <= interruptions, `${lost} answers lost in ${interruptions} interruptions`);
    const isLeftAlone = onUncertain === "skip" && !world.touched.has(queryId);
    if (isLeftAlone) expectThat(answers <= 1, `a cell was answered ${answers} times, and nobody wanted it asked again`);
  }
  const asked = attempts.reduce((sum, { asks }) => sum + asks, 0);
  const { asks } = world;
  // A question that is let out reaches the surface, unless its attempt was broken off in that moment.
  expectThat(asks <= asked && asked - asks <= broken.length, `${asked} asks let out, ${asks} at the surfaces`);
  const inAMinute = mostInAMinute(world.surfaces.get("one")?.counts.askedAt ?? []);
  expectThat(inAMinute <= PER_MINUTE + 1, `${inAMinute} asks in a minute where ${PER_MINUTE} are allowed`);
  expectThat(world.mostLeased <= SLOTS, `${world.mostLeased} jobs at once in a lane of ${SLOTS} slots`);
  expectEqual("jobs under lease", simulated.leased(), 0);
  for (const worker of world.workers) {
    if (!worker.isKilled) expectEqual("sessions held", worker.sessions, 0);
  }
  return { asks, answered };
}
