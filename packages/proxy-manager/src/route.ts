import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { type BenthamError, Secret } from "@bentham/core";
import type { Upstream } from "./location.ts";

/** Failures that a route remembers. */
const MOST_FAILURES = 100;

/** Bytes that went through, as the gateway's clients sent and got them. */
export interface RouteTraffic {
  sent: number;
  received: number;
}

/** Where a connection is to lead. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** What failed on a route. */
export interface RouteFailure {
  /** When, on the monotonic clock. */
  readonly at: number;
  /** What it is if it is the proxy's fault, or as nobody else's it can be. */
  readonly error: BenthamError;
  /** Where it was to lead. */
  readonly target: Target;
  /**
   * Set where the proxy took the connection and did not get any further: then it may be the site's fault as well. What it is
   * then; nothing where that is for the job to say.
   */
  readonly orOfSite?: { readonly error: BenthamError | undefined };
  /** Whether it was told to the proxy's health: each is, once. */
  isCounted?: boolean;
}

/** One way through the gateway: who may use it, where it leads, and what became of that. */
export class Route {
  readonly username: string;
  readonly password: Secret;
  /** The proxy it leads to; nothing for the way without one. */
  readonly upstream: Upstream | undefined;
  /** Where it was first asked to lead. */
  target: Target | undefined;
  /** By connections that are closed. */
  readonly carried: RouteTraffic = { sent: 0, received: 0 };
  readonly #failures: RouteFailure[] = [];
  /** The shortest that nobody has taken yet. */
  #firstByte: { readonly site: string; readonly ms: number } | undefined;

  constructor(upstream?: Upstream) {
    this.username = randomBytes(8).toString("hex");
    this.password = new Secret(randomBytes(24).toString("hex"));
    this.upstream = upstream;
  }

  fail(failure: RouteFailure): void {
    this.#failures.push(failure);
    if (this.#failures.length > MOST_FAILURES) this.#failures.shift();
  }

  /**
   * The first byte of an answer has come by a new connection, `ms` milliseconds after that was begun. Of the site that it was first asked to
   * lead to, the shortest counts: a slow way is slow each time.
   */
  heard({ hostname, port }: Target, ms: number): void {
    if (!this.target || siteOf(this.target) !== siteOf({ hostname, port })) return;
    if (!this.#firstByte || ms < this.#firstByte.ms) this.#firstByte = { site: siteOf(this.target), ms };
  }

  /** The shortest first byte since this was last asked. Jobs that share a route tell it once. */
  takeFirstByte(): { readonly site: string; readonly ms: number } | undefined {
    const taken = this.#firstByte;
    this.#firstByte = undefined;
    return taken;
  }

  /**
   * What failed last since a time of the monotonic clock, if anything did, on the way to the site that it was first asked to
   * lead to: what a page asks of others, and does not get, is no reason why a job fails.
   */
  failureSince(start: number): RouteFailure | undefined {
    const { target } = this;
    return this.#failures.findLast(
      (failure) => failure.at >= start && (!target || siteOf(failure.target) === siteOf(target)),
    );
  }
}

/** What the hosts of one site have in common: the end of their names, or their address. */
function siteOf({ hostname }: Target): string {
  return isIP(hostname) === 0 ? hostname.split(".").slice(-2).join(".") : hostname;
}
