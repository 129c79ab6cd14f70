import {
  BenthamError,
  type Clock,
  DIRECT,
  type ErrorCode,
  laneOf,
  leaseOf,
  type LocationId,
  type ProxyLease,
  type ProxyManager,
  type ResourceRequest,
  systemClock,
} from "@bentham/core";
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import type { DirectConnections } from "./direct-connections.ts";
import type { Gateway } from "./gateway.ts";
import { type Location, type Upstream, upstreamsOf } from "./location.ts";
import { guardedLookup } from "./guarded-connector.ts";
import { connectError } from "./probe.ts";
import type { ProxiedConnections } from "./proxied-connections.ts";
import type { Route } from "./route.ts";
import { trusting } from "./trusted-authorities.ts";

/** Options of {@link createProxyManager}. */
export interface ProxyManagerOptions {
  /** The places that jobs can come from, beside `direct`. @default none */
  readonly locations?: Readonly<Record<LocationId, Location>> | undefined;
  /**
   * Whether addresses that are not on the public internet may be asked: loopback, private, link-local and so on. The
   * operator's to say, never a study's. @default false
   */
  readonly allowPrivate?: boolean | undefined;
  /** Certificates in PEM form that are trusted beside those that Node trusts. @default none */
  readonly authorities?: readonly string[] | undefined;
  /** Resolves names. @default Node's, which asks the system */
  readonly lookup?: LookupFunction | undefined;
  /** @default the real clock */
  readonly clock?: Clock | undefined;
}

/** A proxy manager that holds connections; disposing it closes them, and ends what still runs over them. */
export interface DisposableProxyManager extends ProxyManager, AsyncDisposable {}

/** What a site that cannot be reached directly fails by. Through the gateway, a browser sees an empty answer of each. */
const UNREACHABLE: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: "CONNECTION_REFUSED",
  ENOTFOUND: "DNS_FAILED",
  ENETUNREACH: "NETWORK_DOWN",
  EHOSTUNREACH: "NETWORK_DOWN",
};

/** A kept way for requests: one proxy and one lane. */
interface RequestRoute {
  readonly route: Route;
  readonly connections: ProxiedConnections;
}

/**
 * A proxy manager for `direct` and the locations it is given. Its leases share their connections, and their `fetch`
 * follows no redirect, keeps to http and https, and refuses private addresses unless they are allowed. Browsers, and all
 * that goes through a proxy, leave by a gateway on loopback, which alone knows the proxies' passwords.
 *
 * @throws BenthamError CONFIG_INVALID when an authority is no certificate, or a proxy none that can be used.
 */
export function createProxyManager(options: ProxyManagerOptions = {}): DisposableProxyManager {
  return new LocationProxies(options);
}

class LocationProxies implements DisposableProxyManager {
  readonly #options: ProxyManagerOptions;
  readonly #trust: ReturnType<typeof trusting>;
  readonly #upstreams: ReadonlyMap<LocationId, readonly Upstream[]>;
  readonly #clock: Clock;
  readonly #turns = new Map<LocationId, number>();
  readonly #requestRoutes = new Map<string, Promise<RequestRoute>>();
  #direct: Promise<DirectConnections> | undefined;
  #gateway: Promise<Gateway> | undefined;
  #isClosed = false;

  constructor(options: ProxyManagerOptions) {
    this.#options = options;
    this.#trust = trusting(options.authorities ?? []);
    const locations = Object.entries(options.locations ?? {});
    this.#upstreams = new Map(locations.map(([name, location]) => [name, upstreamsOf(name, location)]));
    this.#clock = options.clock ?? systemClock;
  }

  async acquire(request: ResourceRequest): Promise<ProxyLease> {
    request.signal?.throwIfAborted();
    if (this.#isClosed) throw new BenthamError("INTERRUPTED", "the proxy manager has been closed");
    const { locationId } = request.job;
    const upstream = locationId === DIRECT ? undefined : this.#nextUpstream(locationId);
    const isForBrowser = request.needs?.session === true;
    return isForBrowser ? this.#leaseBrowserRoute(locationId, upstream) : this.#leaseFetch(request, upstream);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const routes = await Promise.all(this.#requestRoutes.values());
    await Promise.all([...routes.map(({ connections }) => connections.close()), this.#closeDirect()]);
    await (await this.#gateway)?.[Symbol.asyncDispose]();
  }

  /** The proxies of a location take turns. */
  #nextUpstream(locationId: LocationId): Upstream {
    const upstreams = this.#upstreams.get(locationId) ?? [];
    const turn = this.#turns.get(locationId) ?? 0;
    this.#turns.set(locationId, turn + 1);
    const upstream = upstreams[turn % upstreams.length];
    if (upstream) return upstream;
    const known = [DIRECT, ...this.#upstreams.keys()].join(", ");
    throw new BenthamError(
      "LOCATION_UNKNOWN",
      `there is no location "${locationId}": there are ${known}; others are made in bentham.config.yaml, under locations`,
    );
  }

  /** A way of the lease's own, which nobody can use after it. */
  async #leaseBrowserRoute(locationId: LocationId, upstream: Upstream | undefined): Promise<ProxyLease> {
    const gateway = await this.#openGateway();
    const route = gateway.openRoute(upstream);
    const browser = gateway.entranceOf(route);
    const { place } = this.#options.locations?.[locationId] ?? {};
    const secrets = [browser.password, ...(upstream?.secrets ?? [])];
    const lent = { browser, secrets, ...(place ? { place } : {}), diagnose: this.#diagnosis(route) };
    return leaseOf(upstream?.id ?? DIRECT, lent, () => gateway.closeRoute(route));
  }

  async #leaseFetch({ job }: ResourceRequest, upstream: Upstream | undefined): Promise<ProxyLease> {
    if (!upstream) {
      const { fetch } = await (this.#direct ??= this.#openDirect());
      return leaseOf(DIRECT, { fetch }, () => {});
    }
    const key = `${upstream.id} ${laneOf(job.surfaceId, job.credentialPool)}`;
    const opening = this.#requestRoutes.get(key) ?? this.#openRequestRoute(upstream);
    this.#requestRoutes.set(key, opening);
    const { route, connections } = await opening;
    const lent = { fetch: connections.fetch, secrets: [...upstream.secrets, route.password] };
    return leaseOf(upstream.id, { ...lent, diagnose: this.#diagnosis(route) }, () => {});
  }

  /** What the gateway has seen of a route since now, or that its proxy takes no connections any more. */
  #diagnosis(route: Route): () => Promise<BenthamError | undefined> {
    const start = this.#clock.monotonic();
    return async () => route.failureSince(start) ?? (await this.#probe(route));
  }

  /** Whether a route leads anywhere now: to its proxy, or, without one, to where it was first asked to lead. */
  async #probe({ upstream, target }: Route): Promise<BenthamError | undefined> {
    if (upstream) {
      const reason = await connectError(upstream, this.#clock);
      if (reason === undefined) return undefined;
      return new BenthamError("PROXY_FAILED", `the proxy ${upstream.id} takes no connections (${reason})`);
    }
    if (!target) return undefined;
    const { allowPrivate = false, lookup = systemLookup } = this.#options;
    const reason = await connectError(target, this.#clock, allowPrivate ? lookup : guardedLookup(lookup));
    const code = reason === undefined ? undefined : UNREACHABLE[reason];
    return code && new BenthamError(code, `${target.hostname}:${target.port} cannot be reached (${reason})`);
  }

  async #openRequestRoute(upstream: Upstream): Promise<RequestRoute> {
    const gateway = await this.#openGateway();
    const { openProxiedConnections } = await import("./proxied-connections.ts");
    const route = gateway.openRoute(upstream);
    return { route, connections: openProxiedConnections(gateway.entranceOf(route), this.#trust) };
  }

  async #openDirect(): Promise<DirectConnections> {
    const { openDirectConnections } = await import("./direct-connections.ts"); // undici takes a tenth of a second to load.
    const { allowPrivate = false, lookup } = this.#options;
    return openDirectConnections({ allowPrivate, trust: this.#trust, lookup });
  }

  #openGateway(): Promise<Gateway> {
    const open = async (): Promise<Gateway> => {
      const { Gateway: Opened } = await import("./gateway.ts");
      const { allowPrivate = false, lookup } = this.#options;
      return Opened.open({ allowPrivate, lookup, clock: this.#clock });
    };
    return (this.#gateway ??= open());
  }

  async #closeDirect(): Promise<void> {
    await (await this.#direct)?.close();
  }
}
