import type { Clock, Random } from "@bentham/core";
import { isBusy } from "./store-error.ts";

/** How long the lock is waited for before the caller is told, in milliseconds. */
const PATIENCE = 30_000;
/** Longest wait between two tries for the lock, in milliseconds: shorter than the gaps of whoever writes much. */
const LONGEST_WAIT = 10;

/** What a write queue works with. */
export interface WriteQueueOptions {
  readonly begin: () => void;
  readonly commit: () => void;
  readonly rollback: () => void;
  /** The error that callers are told for a failure. */
  readonly told: (error: unknown) => unknown;
  readonly clock: Clock;
  readonly random: Random;
}

interface Write {
  run(): void;
  succeed(): void;
  fail(error: unknown): void;
}

/**
 * Gathers the writes of one turn of the event loop into one transaction, since the cost of a durable write is its
 * commit. A write that throws undoes only itself: the others are then made one by one.
 *
 * The lock is never waited for inside SQLite, which would stop the event loop: with a `busy_timeout` of 5 s, four
 * processes stopped theirs for up to a second, and one starved; with none and this wait, for 19 ms at most.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  #waiting: Write[] = [];
  #working: Promise<void> | undefined;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
  }

  /** Runs `work` in a transaction, and gives what it gave once that is on disk. */
  add<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      let value: Value;
      this.#waiting.push({
        run: () => void (value = work()),
        succeed: () => resolve(value),
        fail: (error) => reject(this.#options.told(error)),
      });
      this.#working ??= this.#work();
    });
  }

  /** Whether the next transaction has anything to do. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const writes = this.#waiting;
      this.#waiting = [];
      if (!(await this.#together(writes)) && writes.length > 0) {
        for (const write of writes) await this.#alone(write);
      }
    }
    this.#working = undefined;
  }

  /** Whether all of `writes` could be made in one transaction. */
  async #together(writes: readonly Write[]): Promise<boolean> {
    try {
      await this.#transaction(() => {
        for (const write of writes) write.run();
      });
    } catch (error) {
      if (writes.length > 1) return false;
      for (const write of writes) write.fail(error);
      return true;
    }
    for (const write of writes) write.succeed();
    return true;
  }

  async #alone(write: Write): Promise<void> {
    await this.#together([write]);
  }

  async #transaction(work: () => void): Promise<void> {
    const { begin, commit, rollback, clock, random } = this.#options;
    const since = clock.monotonic();
    for (;;) {
      try {
        begin();
        work();
        commit();
        return;
      } catch (error) {
        rollback();
        if (!isBusy(error) || clock.monotonic() - since > PATIENCE) throw error;
      }
      await clock.sleep(1 + (LONGEST_WAIT - 1) * random());
    }
  }
}
