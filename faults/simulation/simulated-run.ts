import { existsSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { jobIdOf, type Ledger, type OpenRunRequest, type Run, type RunSettings, seededRandom } from "@bentham/core";
import { openSqliteStore, type SqliteStore } from "@bentham/job-store";
import { SimulatedClock } from "@bentham/testbed";

/** The queue of every simulated run. */
export const QUEUE = "simulated";

/** Where Linux keeps files in memory: a simulation is not cut off from power, and need not wait for a disk. */
const MEMORY = "/dev/shm";

/** What a simulated run asks. */
export interface SimulatedRunOptions {
  readonly surfaces: readonly string[];
  /** Cells of each surface. */
  readonly cells: number;
  readonly settings: RunSettings;
  /** What the store's jitter comes from. */
  readonly seed: string;
}

/** An attempt as the store has it. */
export interface StoredAttempt {
  readonly jobId: string;
  readonly asks: number;
  readonly outcome: string;
}

/** A run in a real store, in a folder of its own, on a simulated clock. */
export class SimulatedRun implements AsyncDisposable {
  readonly clock: SimulatedClock;
  /** What the test itself looks and acts through. */
  readonly store: SqliteStore;
  readonly run: Run;
  readonly #options: SimulatedRunOptions;
  readonly #path: string;
  readonly #stores: SqliteStore[];
  readonly #rows: DatabaseSync;
  readonly #folder: AsyncDisposable;

  private constructor(
    options: SimulatedRunOptions,
    clock: SimulatedClock,
    store: SqliteStore,
    run: Run,
    path: string,
    folder: AsyncDisposable,
  ) {
    this.#options = options;
    this.clock = clock;
    this.store = store;
    this.run = run;
    this.#path = path;
    this.#stores = [store];
    this.#rows = new DatabaseSync(path, { readOnly: true });
    this.#folder = folder;
  }

  static async open(options: SimulatedRunOptions): Promise<SimulatedRun> {
    const clock = new SimulatedClock();
    const folder = await mkdtempDisposable(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "bentham-simulated-"));
    const path = join(folder.path, "bentham.db");
    const store = await openStore(path, clock, options.seed);
    const { run } = await store.openRun(requestOf(options, options.settings));
    const planned = run.plan.queries.flatMap(({ id: queryId }) =>
      options.surfaces.map((surfaceId) => {
        const key = { queryId, surfaceId, locationId: "direct", repeat: 1 };
        return { jobId: jobIdOf({ runId: run.runId, ...key }), ...key };
      }),
    );
    for (let from = 0; from < planned.length; from += 1000) {
      await store.enqueue(run.runId, planned.slice(from, from + 1000));
    }
    await store.markEnqueued(run.runId);
    return new SimulatedRun(options, clock, store, run, path, folder);
  }

  /** The store over a connection of its own, as a process of its own has it. */
  async connect(seed: string): Promise<SqliteStore> {
    const store = await openStore(this.#path, this.clock, seed);
    this.#stores.push(store);
    return store;
  }

  /** As the same command does with a study whose settings were changed. */
  async change(settings: RunSettings): Promise<void> {
    await this.store.openRun(requestOf(this.#options, settings));
  }

  ledger(): Promise<Ledger> {
    return this.store.ledger(this.run.runId);
  }

  /** Every attempt that was made. */
  attempts(): StoredAttempt[] {
    const rows = this.#rows
      .prepare("SELECT job_id, attempt.asks, outcome FROM attempt JOIN job ON job.seq = job_seq")
      .all();
    return rows.map((row) => ({
      jobId: String(row["job_id"]),
      asks: Number(row["asks"]),
      outcome: String(row["outcome"]),
    }));
  }

  /** Jobs under lease: all, or those of a lane. */
  leased(lane = "%"): number {
    const statement = this.#rows.prepare("SELECT COUNT(*) AS jobs FROM job WHERE state = 'leased' AND lane LIKE ?");
    return Number(statement.get(lane)?.["jobs"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#rows.close();
    for (const store of this.#stores) await store.close();
    await this.#folder[Symbol.asyncDispose]();
  }
}

function openStore(path: string, clock: SimulatedClock, seed: string): Promise<SqliteStore> {
  const time = { bootId: "simulated", monotonic: () => clock.monotonic(), wall: () => clock.now() };
  return openSqliteStore({ path, clock, random: seededRandom(seed), time });
}

function requestOf({ surfaces, cells }: SimulatedRunOptions, settings: RunSettings): OpenRunRequest {
  return {
    plan: {
      study: "simulated",
      queries: Array.from({ length: cells }, (_, index) => ({ id: `q${index}`, text: `Why ${index}?` })),
      surfaces: surfaces.map((id) => ({ id, settings: {}, evidence: "none" as const })),
      locations: ["direct"],
      repeats: 1,
      gates: {},
      human: false,
    },
    planHash: "simulated",
    settings,
    queueName: QUEUE,
  };
}
