import { BenthamError, type Clock, withinTime } from "@bentham/core";

/** A bounded number of places; who finds none free waits in line. */
export class Places {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number, clock: Clock) {
    this.#free = count;
    this.#clock = clock;
  }

  /**
   * Takes a place.
   *
   * @param patience How long to wait for one, in milliseconds.
   * @throws BenthamError NO_RESOURCE when none came free in time, or the signal's reason.
   */
  async take(patience: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const stop = (): void => turn.reject(signal?.reason);
    this.#waiting.push(turn.resolve);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await withinTime(turn.promise, this.#clock, patience, () => {
        throw new BenthamError("NO_RESOURCE", `no browser session came free within ${patience} ms`);
      });
    } catch (error) {
      const place = this.#waiting.indexOf(turn.resolve);
      if (place === -1) this.give(); // It was given the place in the moment it went away.
      else this.#waiting.splice(place, 1);
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Gives a place back, to who has waited longest. */
  give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
