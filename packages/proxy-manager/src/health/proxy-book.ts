import type { Json, SharedState } from "@bentham/core";
import { FRESH_PROXY, nextHealth, type ProxyEvent, type ProxyHealth } from "./proxy-health.ts";

/** What is known of the proxies of a location, by their keys. One that is not in it is fresh. */
export type HealthByKey = ReadonlyMap<string, ProxyHealth>;

/** How long what is known of a proxy is kept that nothing happens to any more, in milliseconds: it may be there no longer. */
const KEPT_FOR = 30 * 24 * 3_600_000;

/** Keeps what is known of proxies, for all processes that share a state. */
export class ProxyBook {
  readonly #state: SharedState;
  readonly #startedAt: number;

  constructor(state: SharedState) {
    this.#state = state;
    this.#startedAt = state.now();
  }

  /**
   * What is known of the proxies of a location. One that was dead before this process began may have been mended since: it
   * is left out.
   */
  async read(location: string): Promise<HealthByKey> {
    return this.#from(await this.#state.read(keyOf(location)));
  }

  /** Takes down what happened to a proxy, and writes only where that changes anything. */
  async note(location: string, key: string, event: ProxyEvent): Promise<void> {
    const before = (await this.read(location)).get(key) ?? FRESH_PROXY;
    if (nextHealth(before, event, this.#state.now()) === before) return;
    await this.#state.update(keyOf(location), (current) => {
      const now = this.#state.now();
      const known = this.#from(current);
      const health = nextHealth(known.get(key) ?? FRESH_PROXY, event, now);
      const others = Array.from(known).filter(([other, { since }]) => other !== key && now - since < KEPT_FOR);
      return JSON.stringify([...others, [key, health]]);
    });
  }

  #from(stored: Json | undefined): HealthByKey {
    if (typeof stored !== "string") return new Map();
    const entries: readonly (readonly [string, ProxyHealth])[] = JSON.parse(stored);
    return new Map(entries.filter(([, { state, since }]) => state !== "dead" || since >= this.#startedAt));
  }
}

function keyOf(location: string): string {
  return `proxies/${location}`;
}
