import { type Clock, untilAborted } from "@bentham/core";
import type { Observed, ProxyHealth } from "./health/proxy-health.ts";
import type { Upstream } from "./location.ts";

/** For how long what an echo told holds, unless somebody says otherwise, in milliseconds. */
const ECHO_EVERY = 600_000;

/** How long an echo that failed is left alone, in milliseconds: nobody is to wait for it again and again. */
const RETRY_AFTER = 60_000;

/** Where a proxy comes out, if anybody knows, or that it is of no use. */
export type Look = Observed | "bad" | undefined;

/** Looks where a proxy comes out; undefined where the echo does not tell, for no fault of the proxy's. */
export type LookAnew = () => Promise<Look>;

/** When to look where proxies come out, and when not. */
export class EchoLooks {
  readonly #clock: Clock;
  readonly #every: number;
  /** Looks that are under way, by the proxies' keys. */
  readonly #running = new Map<string, Promise<Look>>();
  /** When the echo told nothing of a proxy, on the monotonic clock. */
  readonly #untold = new Map<string, number>();

  /** @param every For how long what an echo told holds, in milliseconds. @default 600000 */
  constructor(clock: Clock, every: number = ECHO_EVERY) {
    this.#clock = clock;
    this.#every = every;
  }

  /**
   * What is known where it is fresh and as it should be, else a new look. Jobs that want to know at once share one.
   *
   * @param country Where it should be. @default anywhere
   * @throws the signal's reason.
   */
  async look(
    { key }: Upstream,
    { observed, state }: ProxyHealth,
    country: string | undefined,
    lookAnew: LookAnew,
    signal: AbortSignal | undefined,
  ): Promise<Look> {
    const isFresh = observed !== undefined && this.#clock.now() - observed.at < this.#every && isIn(observed, country);
    if (isFresh && state === "healthy") return observed;
    const untold = this.#untold.get(key);
    if (untold !== undefined && this.#clock.monotonic() - untold < RETRY_AFTER) return isFresh ? observed : undefined;
    const running = this.#running.get(key) ?? this.#begin(key, lookAnew);
    return signal ? untilAborted(running, signal) : running;
  }

  async #begin(key: string, lookAnew: LookAnew): Promise<Look> {
    const running = lookAnew().finally(() => this.#running.delete(key));
    this.#running.set(key, running);
    const look = await running;
    if (look === undefined) this.#untold.set(key, this.#clock.monotonic());
    else this.#untold.delete(key);
    return look;
  }
}

/** Why a proxy that was seen there is of no use; nothing where it is as it should be, or nobody knows. */
export function strayed({ address, country: seen }: Observed, country: string | undefined): string | undefined {
  if (isIn({ country: seen }, country)) return undefined;
  return `its address ${address} is in ${seen}, not in ${country}`;
}

function isIn({ country: seen }: { readonly country?: string | undefined }, country: string | undefined): boolean {
  return country === undefined || seen === undefined || seen === country;
}
