import type { Clock } from "@bentham/core";

/** Turns of the event loop that let what has woken do its work, should it wait for the next turn itself. */
const TURNS = 5;

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/**
 * A clock that stands still until it is told to go on. Whoever sleeps on it wakes in the order of their times, those of
 * one time in the order in which they fell asleep. It knows nothing of sockets, files and processes: what waits for
 * those takes real time, which does not pass here.
 */
export class SimulatedClock implements Clock {
  readonly #start: number;
  readonly #sleepers = new Set<Sleeper>();
  #passed = 0;

  /** @param start Milliseconds since the Unix epoch. @default the first of January 2026 */
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
        until: this.#passed + (ms > 0 ? ms : 0),
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

  /**
   * Lets `ms` milliseconds go by, and everything that wakes on the way do its work, which may be to sleep again. One
   * call at a time.
   *
   * @throws RangeError when `ms` is no number from 0 up.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`time goes on by 0 ms or more, not by ${ms}`);
    const end = this.#passed + ms;
    await this.#wakeUntil(end);
    this.#passed = end;
  }

  /**
   * Lets `ms` milliseconds go by at once, as they do for a process that is stopped: whoever should have woken meanwhile
   * wakes late, when the clock is next told to go on.
   */
  stall(ms: number): void {
    this.#passed += ms;
  }

  /**
   * Lets time go by until nobody sleeps who would ever wake, and gives how many milliseconds that took.
   *
   * @param limit Where to stop at the latest, in milliseconds from now: a loop that polls never ends. @default an hour
   * @throws RangeError when somebody is still to wake after `limit`.
   */
  async runUntilIdle(limit = 3_600_000): Promise<number> {
    const begin = this.#passed;
    await this.#wakeUntil(begin + limit);
    if (this.#nextUntil(Number.MAX_VALUE)) throw new RangeError(`somebody still sleeps after ${limit} ms`);
    return this.#passed - begin;
  }

  async #wakeUntil(end: number): Promise<void> {
    await settle();
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#passed = Math.max(this.#passed, next.until);
      next.wake();
      await settle();
    }
  }

  #nextUntil(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= end && (!first || sleeper.until < first.until)) first = sleeper;
    }
    return first;
  }
}

/** Lets everything run that can run without time going by. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}
