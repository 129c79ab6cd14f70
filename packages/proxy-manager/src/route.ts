import { randomBytes } from "node:crypto";
import { type BenthamError, Secret } from "@bentham/core";
import type { Upstream } from "./location.ts";

/** Failures that a route remembers. */
const MOST_FAILURES = 100;

/** Bytes that went through, as the gateway's clients sent and got them. */
export interface RouteTraffic {
  sent: number;
  received: number;
}

/** One way through the gateway: who may use it, where it leads, and what became of that. */
export class Route {
  readonly username: string;
  readonly password: Secret;
  /** The proxy it leads to; nothing for the way without one. */
  readonly upstream: Upstream | undefined;
  /** Where it was first asked to lead. */
  target: { readonly hostname: string; readonly port: number } | undefined;
  /** By connections that are closed. */
  readonly carried: RouteTraffic = { sent: 0, received: 0 };
  readonly #failures: { readonly at: number; readonly error: BenthamError }[] = [];

  constructor(upstream?: Upstream) {
    this.username = randomBytes(8).toString("hex");
    this.password = new Secret(randomBytes(24).toString("hex"));
    this.upstream = upstream;
  }

  /** Keeps what failed, at a time of the monotonic clock. */
  fail(error: BenthamError, at: number): void {
    this.#failures.push({ at, error });
    if (this.#failures.length > MOST_FAILURES) this.#failures.shift();
  }

  /** What failed last since a time of the monotonic clock, if anything did. */
  failureSince(start: number): BenthamError | undefined {
    return this.#failures.findLast(({ at }) => at >= start)?.error;
  }
}
