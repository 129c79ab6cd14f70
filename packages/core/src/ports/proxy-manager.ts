import type { BenthamError } from "../errors/bentham-error.ts";
import type { Fetch } from "../fetch.ts";
import type { Lease } from "../lease.ts";
import type { Secret } from "../secret.ts";
import type { ResourceRequest } from "./resource-request.ts";

/** How a browser goes a lease's way: through an HTTP proxy on this machine. */
export interface BrowserRoute {
  /** Such as `http://127.0.0.1:41234`. */
  readonly server: string;
  readonly username: string;
  readonly password: Secret;
}

/** What a location says of the people there. */
export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country?: string;
  /** IANA, such as `Europe/Berlin`. */
  readonly timeZone?: string;
  /** BCP 47, such as `de-DE`. */
  readonly locale?: string;
}

/** The way a job comes from its location. */
export interface ProxyLease extends Lease {
  /** Sends a request from the location. @default the global `fetch` */
  readonly fetch?: Fetch;
  /** The same way for a browser. @default the browser connects by itself */
  readonly browser?: BrowserRoute;
  readonly place?: Place;
  /** What must be scrubbed from evidence: the proxy's password, say. */
  readonly secrets?: readonly Secret[];
  /**
   * What went wrong with the way itself since it was leased, if anything did: behind a tunnel, neither a page nor an API
   * client can tell a broken proxy from a broken site. Asked when an attempt has failed.
   */
  diagnose?(): Promise<BenthamError | undefined>;
}

/** Hands out the ways to come from a location. */
export interface ProxyManager {
  /**
   * Never gives another location's proxy, nor `direct` in place of one.
   *
   * @throws BenthamError LOCATION_UNKNOWN, PROXY_FAILED or NO_RESOURCE, or the signal's reason.
   */
  acquire(request: ResourceRequest): Promise<ProxyLease>;
}
