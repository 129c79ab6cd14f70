import { BenthamError, type Json, type ProxyRequest, type Random, type SharedState } from "@bentham/core";
import type { HealthByKey, ProxyBook } from "./health/proxy-book.ts";
import { Paces } from "./health/paces.ts";
import { FRESH_PROXY, isDoubtful, type ProxyEvent, type ProxyHealth, restOf } from "./health/proxy-health.ts";
import type { ProxyStrategy, Upstream } from "./location.ts";

/** How soon a job looks again whether a proxy that another job tries is well, in milliseconds. */
const TRIAL_PATIENCE = 5_000;

/**
 * How long a pair of surface and credential keeps its proxy after it was last used, in milliseconds; an account keeps it for
 * as long as there is anything of it.
 */
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
  /** When it was given, in milliseconds of the shared state's time. */
  readonly givenAt: number;
  /** The account's own proxy, where this is another. */
  readonly movedFrom?: string;
  /** To be called once when the job has done with it. */
  readonly leave: () => void;
}

/** How quickly a proxy led to a site. */
export interface Pace {
  /** In words, where it was slow. */
  readonly slow: string | undefined;
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
  readonly #paces = new Paces();

  constructor(name: string, upstreams: readonly Upstream[], strategy: ProxyStrategy, parts: DeskParts) {
    this.#name = name;
    this.#upstreams = upstreams;
    this.#strategy = strategy;
    this.#parts = parts;
  }

  /**
   * A proxy that is well, or else one that may be.
   *
   * @throws BenthamError LOCATION_UNAVAILABLE when none may be used now; NO_RESOURCE when the account's own rests, and
   *   LOGIN_REQUIRED when that is of no use any more, unless a person signs in anew.
   */
  async choose(request: ProxyRequest): Promise<ChosenProxy> {
    const { book, state } = this.#parts;
    const known = await book.read(this.#name);
    const now = state.now();
    const rests = this.#upstreams.map((upstream) => ({ upstream, rest: this.#restOf(upstream, known, now) }));
    const free = rests.filter(({ rest }) => rest === 0).map(({ upstream }) => upstream);
    const well = free.filter(({ key }) => !isDoubtful(known.get(key) ?? FRESH_PROXY, now));
    const own = isSeen(request) ? await this.#readOwn(request) : undefined;
    const rest = rests.find(({ upstream }) => upstream.key === own)?.rest ?? Infinity;
    const isToMove = typeof own === "string" && rest === Infinity && request.isPerson === true;
    if (typeof own === "string" && rest > 0 && !isToMove) throw this.#ownUnavailable(own, known, rest, request);
    const candidates = well.length > 0 ? well : free;
    const isOwn = typeof own === "string" && !isToMove;
    const preferred = free.find(({ id, key }) => (isOwn ? key === own : id === request.prefers));
    // Where an account is taken to, it belongs once its session is made there.
    const upstream =
      preferred ?? (isToMove ? leastOf(candidates, this.#given) : await this.#pick(candidates, free, request));
    if (!upstream) throw this.#unavailable(known, Math.min(...rests.map((each) => each.rest)));
    const health = known.get(upstream.key) ?? FRESH_PROXY;
    const { key } = upstream;
    add(this.#given, key, 1);
    add(this.#inHand, key, 1);
    const isTrial = health.state === "cooling";
    if (isTrial) this.#trials.add(key);
    const leave = (): void => {
      add(this.#inHand, key, -1);
      if (isTrial) this.#trials.delete(key);
    };
    return { upstream, health, givenAt: now, leave, ...(isToMove ? { movedFrom: this.#nameOf(own) } : {}) };
  }

  /** Makes a proxy the one that the session of an account goes by. */
  async settle({ key }: Upstream, request: ProxyRequest): Promise<void> {
    await this.#parts.state.update(this.#ownKey(request), () => key);
  }

  /** Takes down how long the first byte of a site took by one of its proxies; see `Paces`. */
  pace({ key }: Upstream, site: string, ms: number): Pace {
    return { slow: this.#paces.add(key, site, ms) };
  }

  /** Takes down what happened to one of its proxies. */
  note({ key }: Upstream, event: ProxyEvent): Promise<void> {
    return this.#parts.book.note(this.#name, key, event);
  }

  #restOf({ key }: Upstream, known: HealthByKey, now: number): number {
    const rest = restOf(known.get(key) ?? FRESH_PROXY, now);
    return rest === 0 && this.#trials.has(key) ? TRIAL_PATIENCE : rest;
  }

  /** One of `candidates`; a pair that has its proxy keeps it for as long as that is `free`. */
  async #pick(
    candidates: readonly Upstream[],
    free: readonly Upstream[],
    request: ProxyRequest,
  ): Promise<Upstream | undefined> {
    if (candidates.length === 0) return undefined;
    // The session of an account is kept, and a session never changes its proxy.
    switch (isOfAccount(request) ? "sticky" : this.#strategy) {
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
    request: ProxyRequest,
  ): Promise<Upstream | undefined> {
    const fresh = leastOf(candidates, this.#given);
    const isFree = (own: unknown): boolean => free.some(({ key }) => key === own);
    const keptFor = isOfAccount(request) ? undefined : KEPT_FOR;
    const kept = await this.#parts.state.update(
      this.#ownKey(request),
      (own) => (isFree(own) ? own : fresh?.key),
      keptFor,
    );
    return free.find(({ key }) => key === kept);
  }

  /** An account has one proxy for all surfaces: what it was given by one, it may show to another. */
  #ownKey(request: ProxyRequest): string {
    const { job, credential } = request;
    const surface = isOfAccount(request) ? null : job.surfaceId;
    return `proxy-of/${JSON.stringify([this.#name, surface, credential?.id ?? null])}`;
  }

  /**
   * The key of the account's own proxy. Older versions kept one for each surface, by its number in the list: that goes on to
   * be its own, so that no site sees it move.
   */
  async #readOwn(request: ProxyRequest): Promise<Json | undefined> {
    const { state } = this.#parts;
    const own = await state.read(this.#ownKey(request));
    if (own !== undefined) return own;
    const { job, credential } = request;
    const id = await state.read(`proxy-of/${JSON.stringify([this.#name, job.surfaceId, credential?.id ?? null])}`);
    const upstream = this.#upstreams.find((each) => each.id === id);
    return upstream && state.update(this.#ownKey(request), (current) => current ?? upstream.key);
  }

  /** How people know a proxy that an account has; it may be there no longer. */
  #nameOf(own: string): string {
    return this.#upstreams.find(({ key }) => key === own)?.id ?? "that it had";
  }

  /** Waiting helps, or else a person who signs in anew: a site that sees a session come from elsewhere takes it for stolen. */
  #ownUnavailable(own: string, known: HealthByKey, rest: number, { credential }: ProxyRequest): BenthamError {
    const account = credential?.id ?? "";
    const isGone = this.#upstreams.every(({ key }) => key !== own);
    const trouble = isGone ? "is no more" : `is bad: ${known.get(own)?.reason ?? "it is being tried"}`;
    const what = `the session of ${account} goes by the proxy ${this.#nameOf(own)}, and by no other; that ${trouble}`;
    if (rest < Infinity) return new BenthamError("NO_RESOURCE", what, { retryAfterMs: rest });
    const remedy = "sign in anew by another with `bentham inbox open`; or mend it, then `bentham inbox done`";
    return new BenthamError("LOGIN_REQUIRED", `${what}; ${remedy}`, { account });
  }

  #unavailable(known: HealthByKey, rest: number): BenthamError {
    const troubles = this.#upstreams.map(({ id, key }) => `${id}: ${known.get(key)?.reason ?? "is being tried"}`);
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

/** Whether it is for a browser that is signed in. */
function isOfAccount({ needs, credential }: ProxyRequest): boolean {
  return needs?.session === true && credential !== undefined;
}

/** Whether an account's site may know it by something already that its session starts with. */
function isSeen(request: ProxyRequest): boolean {
  const { job, needs, credential } = request;
  if (!isOfAccount(request)) return false;
  if (credential?.savedState) return true;
  const site = URL.parse(job.surface?.baseURL ?? needs?.site ?? "");
  if (!site || !credential?.materialFor) return false;
  try {
    const { type } = credential.materialFor(site);
    return type === "cookies" || type === "storage-state";
  } catch {
    return false; // It is not for this site, which whoever opens the session will say.
  }
}

function leastOf(candidates: readonly Upstream[], counts: ReadonlyMap<string, number>): Upstream | undefined {
  const count = ({ key }: Upstream): number => counts.get(key) ?? 0;
  return candidates.reduce((least, other) => (count(other) < count(least) ? other : least));
}

function add(counts: Map<string, number>, key: string, more: number): void {
  counts.set(key, (counts.get(key) ?? 0) + more);
}
