import { SimulatedClock } from "@bentham/testbed";

/** The start of every test's time. */
export const EPOCH: number = Date.UTC(2026, 10, 23, 13);

/** A simulated clock that remembers who slept on it, and can follow a piece of work to its end. */
export class TestClock extends SimulatedClock {
  /** Every sleep that was asked for, in milliseconds. */
  readonly slept: number[] = [];
  /** When those wake who sleep now. */
  readonly #wakings = new Set<{ readonly at: number }>();
  readonly #watchers = new Set<() => void>();

  constructor() {
    super(EPOCH);
  }

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const waking = { at: this.monotonic() + Math.max(0, ms) };
    const sleeping = super.sleep(ms, signal);
    this.#wakings.add(waking);
    this.slept.push(ms);
    for (const look of this.#watchers) look();
    try {
      await sleeping;
    } finally {
      this.#wakings.delete(waking);
    }
  }

  /** Goes on from one sleeper to the next until `promise` has settled. For work that waits for nothing but this clock. */
  async run<Value>(promise: Promise<Value>): Promise<Value> {
    const watched = { isSettled: false };
    void Promise.allSettled([promise]).then(() => (watched.isSettled = true));
    for (;;) {
      await turn();
      if (watched.isSettled) return promise;
      const next = Math.min(...[...this.#wakings].map(({ at }) => at));
      if (next === Infinity) throw new Error("the work waits for something that is not this clock");
      await this.advance(Math.max(0, next - this.monotonic()));
    }
  }

  /** Resolves once somebody sleeps for so many milliseconds. For work that also waits for the world outside. */
  untilSleeping(isIt: (ms: number) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.slept.some(isIt)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** Lets everything run that waits for nothing but promises. */
export async function turn(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => void setImmediate(resolve));
}
