import type { Fetch } from "../fetch.ts";
import type { Lease } from "../lease.ts";
import type { Secret } from "../secret.ts";
import type { ResourceRequest } from "./resource-request.ts";

/** The way a job comes from its location. */
export interface ProxyLease extends Lease {
  /** Sends a request from the location. @default the global `fetch` */
  readonly fetch?: Fetch;
  /** What must be scrubbed from evidence: the proxy's password, say. */
  readonly secrets?: readonly Secret[];
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
