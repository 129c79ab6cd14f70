import type { Clock } from "@bentham/core";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told to go on. Whoever sleeps on it wakes in the order of their times. */
export class SimulatedClock implements Clock {
  readonly #start: number;
  readonly #sleepers = new Set<Sleeper>();
  #passed = 0;

  /** @param start Milliseconds since the Unix epoch. */
  constructor(start: number = Date.UTC(2026, 0, 1)) {
    this.#start = start;
  }

  now(): number {
    return this.#start + this.#passed;
  }

  monotonic(): number {
    return this.#passed;
  }

  /** How many sleep on it. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", stop);
      };
      const sleeper: Sleeper = {
        until: this.#passed + Math.max(0, ms),
        wake() {
          leave();
          resolve();
        },
      };
      const stop = (): void => {
        leave();
        reject(signal?.reason);
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** Lets `ms` milliseconds go by, and lets everything that wakes on the way do its work. */
  async advance(ms: number): Promise<void> {
    const end = this.#passed + ms;
    await idle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#passed = Math.max(this.#passed, next.until);
      next.wake();
      await idle();
    }
    this.#passed = end;
  }

  #next(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= end && (!first || sleeper.until < first.until)) first = sleeper;
    }
    return first;
  }
}

/** Lets everything run that can run without time going by. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
