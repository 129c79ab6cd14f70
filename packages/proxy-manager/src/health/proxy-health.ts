/** Where and whence a proxy was seen to lead. */
export interface Observed {
  /** The address that an echo saw. */
  readonly address: string;
  /** ISO 3166-1, two letters, where the echo tells. */
  readonly country?: string;
  /** When, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * What is known of a proxy. It starts healthy. One failure makes it suspect: it is used all the same. A second one in a
 * row, or a proxy that takes no connections at all, makes it cool for half a minute, then twice as long with each time, up
 * to a quarter of an hour; after that one job tries it. Whatever works makes it healthy, but for what was under way when it
 * began to cool. It is dead when it does not take its name and password, when it stands in another country than it should, or
 * after six coolings in a row: then a person has to do something, and it is tried again by whoever starts after that.
 *
 * One that is merely slow (see `Paces`) works: it is suspect, for ten minutes unless it is seen to be quicker before, and no more
 * than that, however often it is seen to be slow.
 */
export interface ProxyHealth {
  readonly state: "healthy" | "suspect" | "cooling" | "dead";
  /** Failures in a row. */
  readonly failures: number;
  /** Coolings in a row. */
  readonly coolings: number;
  /** When it entered its state, in milliseconds of the shared state's time. */
  readonly since: number;
  /** For how long it cools, in milliseconds. */
  readonly coolsFor?: number;
  /** Whether it is suspect for its slowness alone. @default false */
  readonly isSlow?: boolean;
  /** Why it is not healthy. */
  readonly reason?: string;
  readonly observed?: Observed;
}

/** What happened to a proxy. */
export type ProxyEvent =
  /**
   * It worked for a job that had it since `from`, in milliseconds of the shared state's time (by default, now). Unless it was
   * `timed`, nobody knows how quickly.
   */
  | { readonly kind: "worked"; readonly from?: number; readonly timed?: boolean }
  /** It led where it should for a job that had it since `from`, and slowly. */
  | { readonly kind: "slow"; readonly reason: string; readonly from?: number }
  /** It broke, or refused, one connection. */
  | { readonly kind: "failed"; readonly reason: string }
  /** It takes no connections. */
  | { readonly kind: "down"; readonly reason: string }
  /** It does not take its name and password, or stands where it should not. */
  | { readonly kind: "unfit"; readonly reason: string; readonly observed?: Observed }
  | { readonly kind: "observed"; readonly observed: Observed };

const FIRST_COOLING = 30_000;
const LONGEST_COOLING = 15 * 60_000;
const MOST_COOLINGS = 6;
const SLOW_FOR = 10 * 60_000;

/** What is known of a proxy that nothing has happened to. */
export const FRESH_PROXY: ProxyHealth = { state: "healthy", failures: 0, coolings: 0, since: 0 };

/** What is known of a proxy after `event`, at `now` in milliseconds. Pure. */
export function nextHealth(health: ProxyHealth, event: ProxyEvent, now: number): ProxyHealth {
  const observed = "observed" in event && event.observed ? event.observed : health.observed;
  const kept = observed ? { observed } : {};
  // What was under way when it began to cool, or died, says nothing new.
  if (health.state === "dead" || (event.kind !== "unfit" && restOf(health, now) > 0)) return health;
  switch (event.kind) {
    case "worked":
      // A job that had it before it began to rest may end after that is over, and says nothing of how it is now.
      if (health.state === "cooling" && (event.from ?? now) < health.since) return health;
      if (isSlowAt(health, now) && event.timed !== true) return health;
      return isFresh(health) ? health : { ...FRESH_PROXY, since: now, ...kept };
    case "slow":
      if (health.state === "cooling" && (event.from ?? now) < health.since) return health;
      // A failure that was seen before counts still, and each time that it is slow is the same news.
      if (health.state === "suspect" && (!health.isSlow || isSlowAt(health, now))) return health;
      return {
        state: "suspect",
        failures: 0,
        coolings: health.coolings,
        since: now,
        isSlow: true,
        ...kept,
        ...of(event),
      };
    case "observed":
      if (isSlowAt(health, now)) return { ...health, ...kept }; // An echo tells nothing of how quickly.
      return { ...FRESH_PROXY, since: now, ...kept };
    case "unfit":
      return {
        state: "dead",
        failures: health.failures + 1,
        coolings: health.coolings,
        since: now,
        ...kept,
        ...of(event),
      };
    case "failed":
    case "down": {
      const failures = health.failures + 1;
      if (event.kind === "failed" && failures < 2) {
        return { state: "suspect", failures, coolings: health.coolings, since: now, ...kept, ...of(event) };
      }
      const coolings = health.coolings + 1;
      const state = coolings > MOST_COOLINGS ? "dead" : "cooling";
      const coolsFor = Math.min(LONGEST_COOLING, FIRST_COOLING * 2 ** (coolings - 1));
      return { state, failures, coolings, since: now, coolsFor, ...kept, ...of(event) };
    }
  }
}

/** For how long it is not used, in milliseconds; Infinity until a person does something about it. */
export function restOf({ state, since, coolsFor = 0 }: ProxyHealth, now: number): number {
  if (state === "dead") return Infinity;
  if (state !== "cooling") return 0;
  return Math.min(coolsFor, Math.max(0, since + coolsFor - now)); // A boot sets the time anew.
}

/** Whether others are better: it is not healthy, and was not slow so long ago that it may be quicker now. */
export function isDoubtful(health: ProxyHealth, now: number): boolean {
  return health.state !== "healthy" && !(health.isSlow === true && !isSlowAt(health, now));
}

function isSlowAt({ isSlow = false, since }: ProxyHealth, now: number): boolean {
  return isSlow && now - since < SLOW_FOR;
}

function isFresh({ state, failures }: ProxyHealth): boolean {
  return state === "healthy" && failures === 0;
}

function of({ reason }: { readonly reason: string }): { readonly reason: string } {
  return { reason };
}
