import type { Json } from "../canonical-json.ts";
import type { BenthamError } from "../errors/bentham-error.ts";
import type { Fetch } from "../fetch.ts";
import type { Lease } from "../lease.ts";
import type { Secret } from "../secret.ts";
import type { CredentialLease } from "./credential-vault.ts";
import type { ResourceRequest } from "./resource-request.ts";

/** What a proxy is leased for: the job, and what is already leased for it. */
export interface ProxyRequest extends ResourceRequest {
  readonly credential?: CredentialLease;
  /**
   * The proxy to go by where it may be used now, by its id: what a session holds was given to whoever was seen from there.
   *
   * @default whichever the location's strategy chooses
   */
  readonly prefers?: string;
  /**
   * Whether a person has it, who makes a session anew: then an account whose own proxy is of no use any more may be taken to
   * another. @default no: a session is never seen from two proxies
   */
  readonly isPerson?: boolean;
}

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
  /** Where its people are: degrees in WGS 84, and metres. */
  readonly geolocation?: { readonly latitude: number; readonly longitude: number; readonly accuracy?: number };
}

/** What went through a proxy for one lease. */
export interface ProxyTraffic {
  /** Bytes sent to the proxy, without what TCP and, for requests to APIs, TLS add. */
  readonly sentBytes: number;
  /** Bytes that came from it, likewise. */
  readonly receivedBytes: number;
  /** What they cost, in US dollars, where the operator has said what a gigabyte does. */
  readonly usd?: number;
}

/** The way a job comes from its location. */
export interface ProxyLease extends Lease {
  /** Sends a request from the location. @default the global `fetch` */
  readonly fetch?: Fetch;
  /** The same way for a browser. @default the browser connects by itself */
  readonly browser?: BrowserRoute;
  readonly place?: Place;
  /**
   * Names the address that the surface sees, as far as that is known: a session that has been seen from one exit is never
   * taken to another. @default the lease's id
   */
  readonly exit?: string;
  /** Tells its proxy from every other, also once the list of them is another. @default the lease's id */
  readonly identity?: string;
  /** The account's own proxy, where this is another: nothing that the account was given there may be shown here. */
  readonly movedFrom?: string;
  /** Makes this the account's own proxy. To be called when its session has been made anew here. */
  settle?(): Promise<void>;
  /** What the evidence says of it: the address that was observed, say. */
  readonly facts?: { readonly [name: string]: Json };
  /** What went through it so far, on behalf of this lease. */
  traffic?(): ProxyTraffic;
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
   * @throws BenthamError LOCATION_UNKNOWN; LOCATION_UNAVAILABLE when every proxy of the location is bad, with the time until
   *   one is tried again, which is Infinity when a person has to mend something; for the session of an account whose own
   *   proxy is bad, NO_RESOURCE with that time, and LOGIN_REQUIRED where it is of no use any more; PROXY_FAILED, or the
   *   signal's reason.
   */
  acquire(request: ProxyRequest): Promise<ProxyLease>;
}
