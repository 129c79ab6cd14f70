import { BenthamError, type ProxyRequest, type Random, type SharedState } from "@bentham/core";
import type { HealthById, ProxyBook } from "./health/proxy-book.ts";
import { FRESH_PROXY, type ProxyEvent, type ProxyHealth, restOf } from "./health/proxy-health.ts";
import type { ProxyStrategy, Upstream } from "./location.ts";

/** How soon a job looks again whether a proxy that another job tries is well, in milliseconds. */
const TRIAL_PATIENCE = 5_000;

/** How long a pair of surface and credential keeps its proxy after it was last used, in milliseconds. */
const KEPT_FOR = 30 * 24 * 3_600_000;

/** What the desks of all locations share. */
export interface DeskParts {
  readonly book: ProxyBook;
  readonly state: SharedState;
  readonly random: Random;
}

/** A proxy that a job was given. */
export interface ChosenProxy {
  readonly upstream: Upstream;
  readonly health: ProxyHealth;
  /** To be called once when the job has done with it. */
  readonly leave: () => void;
}

/** Gives out the proxies of one location, as its strategy and what is known of them say. */
export class LocationDesk {
  readonly #name: string;
  readonly #upstreams: readonly Upstream[];
  readonly #strategy: ProxyStrategy;
  readonly #parts: DeskParts;
  /** Jobs of this process that have each proxy now. */
  readonly #inHand = new Map<string, number>();
  /** Jobs of this process that each proxy was ever given to. */
  readonly #given = new Map<string, number>();
  /** Proxies that have cooled down and are tried by one job. */
  readonly #trials = new Set<string>();

  constructor(name: string, upstreams: readonly Upstream[], strategy: ProxyStrategy, parts: DeskParts) {
    this.#name = name;
    this.#upstreams = upstreams;
    this.#strategy = strategy;
    this.#parts = parts;
  }

  /**
   * A proxy that is well, or else one that may be.
   *
   * @throws BenthamError LOCATION_UNAVAILABLE when none may be used now.
   */
  async choose(request: ProxyRequest): Promise<ChosenProxy> {
    const { book, state } = this.#parts;
    const known = await book.read(this.#name);
    const now = state.now();
    const rests = this.#upstreams.map((upstream) => ({ upstream, rest: this.#restOf(upstream, known, now) }));
    const free = rests.filter(({ rest }) => rest === 0).map(({ upstream }) => upstream);
    const well = free.filter(({ id }) => (known.get(id)?.state ?? "healthy") === "healthy");
    const upstream =
      free.find(({ id }) => id === request.prefers) ?? (await this.#pick(well.length > 0 ? well : free, free, request));
    if (!upstream) throw this.#unavailable(known, Math.min(...rests.map(({ rest }) => rest)));
    const health = known.get(upstream.id) ?? FRESH_PROXY;
    const { id } = upstream;
    add(this.#given, id, 1);
    add(this.#inHand, id, 1);
    const isTrial = health.state === "cooling";
    if (isTrial) this.#trials.add(id);
    const leave = (): void => {
      add(this.#inHand, id, -1);
      if (isTrial) this.#trials.delete(id);
    };
    return { upstream, health, leave };
  }

  /** Takes down what happened to one of its proxies. */
  note({ id }: Upstream, event: ProxyEvent): Promise<void> {
    return this.#parts.book.note(this.#name, id, event);
  }

  #restOf({ id }: Upstream, known: HealthById, now: number): number {
    const rest = restOf(known.get(id) ?? FRESH_PROXY, now);
    return rest === 0 && this.#trials.has(id) ? TRIAL_PATIENCE : rest;
  }

  /** One of `candidates`; a pair that has its proxy keeps it for as long as that is `free`. */
  async #pick(
    candidates: readonly Upstream[],
    free: readonly Upstream[],
    request: ProxyRequest,
  ): Promise<Upstream | undefined> {
    if (candidates.length === 0) return undefined;
    // The session of an account is kept, and a session never changes its proxy.
    const isOfAccount = request.needs?.session === true && "saveState" in (request.credential ?? {});
    switch (isOfAccount ? "sticky" : this.#strategy) {
      case "round-robin":
        return leastOf(candidates, this.#given);
      case "least-used":
        return leastOf(candidates, this.#inHand);
      case "random":
        return candidates[Math.floor(this.#parts.random() * candidates.length)];
      case "sticky":
        return this.#kept(candidates, free, request);
    }
  }

  async #kept(
    candidates: readonly Upstream[],
    free: readonly Upstream[],
    { job, credential }: ProxyRequest,
  ): Promise<Upstream | undefined> {
    const key = `proxy-of/${JSON.stringify([this.#name, job.surfaceId, credential?.id ?? null])}`;
    const fresh = leastOf(candidates, this.#given);
    const isFree = (id: unknown): boolean => free.some((upstream) => upstream.id === id);
    const kept = await this.#parts.state.update(key, (id) => (isFree(id) ? id : fresh?.id), KEPT_FOR);
    return free.find(({ id }) => id === kept);
  }

  #unavailable(known: HealthById, rest: number): BenthamError {
    const troubles = this.#upstreams.map(({ id }) => `${id}: ${known.get(id)?.reason ?? "is being tried"}`);
    const [first = "", ...others] = troubles;
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    const what = rest === Infinity ? "; mend it in bentham.config.yaml, and start again" : "";
    return new BenthamError(
      "LOCATION_UNAVAILABLE",
      `no proxy of the location "${this.#name}" can be used (${first}${more})${what}`,
      { retryAfterMs: rest },
    );
  }
}

function leastOf(candidates: readonly Upstream[], counts: ReadonlyMap<string, number>): Upstream | undefined {
  const count = ({ id }: Upstream): number => counts.get(id) ?? 0;
  return candidates.reduce((least, other) => (count(other) < count(least) ? other : least));
}

function add(counts: Map<string, number>, id: string, more: number): void {
  counts.set(id, (counts.get(id) ?? 0) + more);
}
