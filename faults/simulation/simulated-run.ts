import { existsSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { jobIdOf, type Ledger, type Run, type RunSettings, seededRandom } from "@bentham/core";
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
  readonly store: SqliteStore;
  readonly run: Run;
  readonly #path: string;
  readonly #folder: AsyncDisposable;

  private constructor(clock: SimulatedClock, store: SqliteStore, run: Run, path: string, folder: AsyncDisposable) {
    this.clock = clock;
    this.store = store;
    this.run = run;
    this.#path = path;
    this.#folder = folder;
  }

  static async open({ surfaces, cells, settings, seed }: SimulatedRunOptions): Promise<SimulatedRun> {
    const clock = new SimulatedClock();
    const folder = await mkdtempDisposable(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "bentham-simulated-"));
    const path = join(folder.path, "bentham.db");
    const time = { bootId: "simulated", monotonic: () => clock.monotonic(), wall: () => clock.now() };
    const store = await openSqliteStore({ path, clock, random: seededRandom(seed), time });
    const queries = Array.from({ length: cells }, (_, index) => ({ id: `q${index}`, text: `Why ${index}?` }));
    const { run } = await store.openRun({
      plan: {
        study: "simulated",
        queries,
        surfaces: surfaces.map((id) => ({ id, settings: {}, evidence: "none" as const })),
        locations: ["direct"],
        repeats: 1,
        gates: {},
        human: false,
      },
      planHash: "simulated",
      settings,
      queueName: QUEUE,
    });
    const planned = queries.flatMap(({ id: queryId }) =>
      surfaces.map((surfaceId) => {
        const key = { queryId, surfaceId, locationId: "direct", repeat: 1 };
        return { jobId: jobIdOf({ runId: run.runId, ...key }), ...key };
      }),
    );
    for (let from = 0; from < planned.length; from += 1000) {
      await store.enqueue(run.runId, planned.slice(from, from + 1000));
    }
    await store.markEnqueued(run.runId);
    return new SimulatedRun(clock, store, run, path, folder);
  }

  ledger(): Promise<Ledger> {
    return this.store.ledger(this.run.runId);
  }

  /** Every attempt that was made. */
  attempts(): StoredAttempt[] {
    using database = new DatabaseSync(this.#path, { readOnly: true });
    const rows = database.prepare("SELECT job_id, asks, outcome FROM attempt").all();
    return rows.map((row) => ({
      jobId: String(row["job_id"]),
      asks: Number(row["asks"]),
      outcome: String(row["outcome"]),
    }));
  }

  /** Jobs under lease. */
  leased(): number {
    using database = new DatabaseSync(this.#path, { readOnly: true });
    return Number(database.prepare("SELECT COUNT(*) AS jobs FROM job WHERE state = 'leased'").get()?.["jobs"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    await this.#folder[Symbol.asyncDispose]();
  }
}
