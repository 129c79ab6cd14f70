/** Over how long the rate of a run is taken, in milliseconds. */
const WINDOW = 10_000;

/** Tells how fast a count has grown lately, per second. */
export class Rate {
  readonly #samples: { readonly at: number; readonly count: number }[] = [];

  /** Adds the count at a moment (milliseconds, never going back) and gives the rate now. */
  add(at: number, count: number): number {
    this.#samples.push({ at, count });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW) this.#samples.shift();
    const first = this.#samples[0];
    if (!first || at === first.at) return 0;
    return Math.max(0, ((count - first.count) / (at - first.at)) * 1000);
  }
}
