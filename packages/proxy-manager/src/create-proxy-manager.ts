import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import {
  BenthamError,
  type Clock,
  createMemoryState,
  DIRECT,
  type ErrorCode,
  type Fetch,
  laneOf,
  type LeaseEnding,
  type LeaseTerms,
  leaseOf,
  type LocationId,
  type ProxyLease,
  type ProxyManager,
  type ProxyRequest,
  type ProxyTraffic,
  type Random,
  type SharedState,
  systemClock,
  systemRandom,
} from "@bentham/core";
import { BrowserRoutes } from "./browser-routes.ts";
import type { DirectConnections } from "./direct-connections.ts";
import { type Diagnosis, eventOf, isOfProxy, learnedFrom } from "./diagnosis.ts";
import { observe } from "./echo.ts";
import { EchoLooks, type Look, strayed } from "./echo-looks.ts";
import type { Gateway } from "./gateway.ts";
import { guardedLookup } from "./guarded-connector.ts";
import { Doubts } from "./health/doubts.ts";
import { ProxyBook } from "./health/proxy-book.ts";
import type { Observed } from "./health/proxy-health.ts";
import { type Location, type Upstream, upstreamsOf } from "./location.ts";
import { type ChosenProxy, LocationDesk } from "./location-desk.ts";
import { connectError } from "./probe.ts";
import type { ProxiedConnections } from "./proxied-connections.ts";
import type { Route, RouteTraffic } from "./route.ts";
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
  /** What tells by which address a proxy's way comes out. @default addresses are not known */
  readonly echo?: EchoOptions | undefined;
  /** Where health, cool-downs and the proxies of sticky pairs are shared with other processes. @default this process alone */
  readonly state?: SharedState | undefined;
  /** Resolves names. @default Node's, which asks the system */
  readonly lookup?: LookupFunction | undefined;
  /** @default the real clock */
  readonly clock?: Clock | undefined;
  /** Chooses proxies where their strategy is `random`. @default Node's */
  readonly random?: Random | undefined;
}

/** A service that tells by which address it is asked. */
export interface EchoOptions {
  /** Asked over each proxy with GET. It answers with the address as text, or with JSON that has it as `ip`. */
  readonly url: string;
  /** For how long what it told of a proxy holds, in milliseconds. @default 600000 */
  readonly every?: number | undefined;
}

/** A proxy manager that holds connections; disposing it closes them, and ends what still runs over them. */
export interface DisposableProxyManager extends ProxyManager, AsyncDisposable {
  /** The way out of the location `direct`, for what is no job's. */
  readonly direct: Fetch;
}

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
  readonly #desks: ReadonlyMap<LocationId, LocationDesk>;
  readonly #clock: Clock;
  readonly #requestRoutes = new Map<string, Promise<RequestRoute>>();
  readonly #looks: EchoLooks;
  readonly #doubts = new Doubts();
  #direct: Promise<DirectConnections> | undefined;
  #gateway: Promise<Gateway> | undefined;
  #browserRoutes: Promise<BrowserRoutes> | undefined;
  #isClosed = false;

  readonly direct: Fetch = async (input, init) => {
    if (this.#isClosed) throw closed();
    const { fetch } = await (this.#direct ??= this.#openDirect());
    return fetch(input, init);
  };

  constructor(options: ProxyManagerOptions) {
    const { authorities = [], locations = {}, clock = systemClock, random = systemRandom } = options;
    const state = options.state ?? createMemoryState(clock);
    const parts = { book: new ProxyBook(state), state, random };
    this.#options = options;
    this.#trust = trusting(authorities);
    this.#clock = clock;
    this.#looks = new EchoLooks(clock, options.echo?.every);
    this.#desks = new Map(
      Object.entries(locations).map(([name, location]) => {
        const { strategy = "round-robin" } = location;
        return [name, new LocationDesk(name, upstreamsOf(name, location), strategy, parts)];
      }),
    );
  }

  async acquire(request: ProxyRequest): Promise<ProxyLease> {
    request.signal?.throwIfAborted();
    if (this.#isClosed) throw closed();
    const { locationId } = request.job;
    const isForBrowser = request.needs?.session === true;
    if (locationId === DIRECT) return isForBrowser ? this.#leaseDirectRoute(request) : this.#leaseDirectFetch();
    const desk = this.#deskOf(locationId);
    const { chosen, observed } = await this.#chooseAndLook(desk, request);
    try {
      return isForBrowser
        ? await this.#leaseBrowserRoute(desk, chosen, observed, request)
        : await this.#leaseFetch(desk, chosen, observed, request);
    } catch (error) {
      chosen.leave();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const routes = await Promise.all(this.#requestRoutes.values());
    await Promise.all([...routes.map(({ connections }) => connections.close()), this.#closeDirect()]);
    await (await this.#gateway)?.[Symbol.asyncDispose]();
  }

  #deskOf(locationId: LocationId): LocationDesk {
    const desk = this.#desks.get(locationId);
    if (desk) return desk;
    const known = [DIRECT, ...this.#desks.keys()].join(", ");
    throw new BenthamError(
      "LOCATION_UNKNOWN",
      `there is no location "${locationId}": there are ${known}; others are made in bentham.config.yaml, under locations`,
    );
  }

  /** A proxy, and where it was seen to come out; those that turn out to be bad are passed over. */
  async #chooseAndLook(
    desk: LocationDesk,
    request: ProxyRequest,
  ): Promise<{ readonly chosen: ChosenProxy; readonly observed: Observed | undefined }> {
    for (;;) {
      request.signal?.throwIfAborted();
      const chosen = await desk.choose(request);
      try {
        const look = await this.#look(desk, chosen, request);
        if (look !== "bad") return { chosen, observed: look };
      } catch (error) {
        chosen.leave();
        throw error;
      }
      chosen.leave();
    }
  }

  /** Where a proxy comes out, looked up anew where what is known is old. */
  async #look(desk: LocationDesk, { upstream, health }: ChosenProxy, { job, signal }: ProxyRequest): Promise<Look> {
    const { echo, locations = {} } = this.#options;
    if (!echo) return health.observed;
    const { country } = locations[job.locationId]?.place ?? {};
    const lookAnew = (): Promise<Look> => this.#lookAnew(desk, upstream, echo.url, country);
    return this.#looks.look(upstream, health, country, lookAnew, signal);
  }

  async #lookAnew(desk: LocationDesk, upstream: Upstream, url: string, country: string | undefined): Promise<Look> {
    const { route, connections } = await this.#requestRoute(upstream, "echo");
    const diagnose = this.#diagnosis(route);
    try {
      const observed = await observe(connections.fetchFor({ sent: 0, received: 0 }), url, this.#clock);
      const reason = strayed(observed, country);
      await desk.note(
        upstream,
        reason === undefined ? { kind: "observed", observed } : { kind: "unfit", reason, observed },
      );
      return reason === undefined ? observed : "bad";
    } catch {
      const { error } = (await diagnose()) ?? {};
      // Without a fault of the proxy's it is the echo that fails: then nothing is known, and nothing is wrong.
      if (!error || !isOfProxy(error)) return undefined;
      await desk.note(upstream, eventOf(error, true));
      return "bad";
    }
  }

  /** A way of the lease's own, which nobody can use after it but the session of the same account. */
  async #leaseBrowserRoute(
    desk: LocationDesk,
    chosen: ChosenProxy,
    observed: Observed | undefined,
    request: ProxyRequest,
  ): Promise<ProxyLease> {
    const { job, credential } = request;
    const lent = (await this.#openBrowserRoutes()).lend(chosen.upstream, credential?.id);
    const { place } = this.#options.locations?.[job.locationId] ?? {};
    const way = { browser: lent.browser, ...(place ? { place } : {}) };
    return this.#lend(desk, chosen, observed, lent.route, way, lent, request);
  }

  async #leaseFetch(
    desk: LocationDesk,
    chosen: ChosenProxy,
    observed: Observed | undefined,
    request: ProxyRequest,
  ): Promise<ProxyLease> {
    const lane = laneOf(request.job.surfaceId, request.job.credentialPool);
    const { route, connections } = await this.#requestRoute(chosen.upstream, lane);
    const traffic: RouteTraffic = { sent: 0, received: 0 };
    const fetch = connections.fetchFor(traffic);
    return this.#lend(desk, chosen, observed, route, { fetch }, { traffic: () => traffic, leave: () => {} }, request);
  }

  /** Lends a way through a proxy, and learns from how it ended. */
  #lend(
    desk: LocationDesk,
    { upstream, givenAt, leave, movedFrom }: ChosenProxy,
    observed: Observed | undefined,
    route: Route,
    lent: { readonly fetch: Fetch } | Pick<ProxyLease, "browser" | "place">,
    way: { readonly traffic: () => RouteTraffic; readonly leave: () => void },
    request: ProxyRequest,
  ): ProxyLease {
    const diagnosis = this.#diagnosis(route);
    let found: Diagnosis | undefined;
    const diagnose = async (): Promise<BenthamError | undefined> => (found = await diagnosis())?.error;
    const facts = observed ? { observed: { ...observed, at: new Date(observed.at).toISOString() } } : {};
    const parts = {
      ...lent,
      secrets: [route.password, ...upstream.secrets],
      identity: upstream.key,
      exit: observed ? `${upstream.id}@${observed.address}` : upstream.id,
      facts,
      traffic: () => costOf(way.traffic(), upstream),
      diagnose,
      ...(movedFrom === undefined ? {} : { movedFrom }),
      settle: () => desk.settle(upstream, request),
    };
    const giveBack = async (ending?: LeaseEnding): Promise<void> => {
      way.leave();
      leave();
      const firstByte = route.takeFirstByte();
      const pace = firstByte && desk.pace(upstream, firstByte.site, firstByte.ms);
      const event = ending && learnedFrom(ending, found, givenAt, pace);
      if (event?.kind === "worked" && route.target)
        this.#doubts.worked(upstream.key, route.target.hostname, this.#clock.monotonic());
      if (event) await desk.note(upstream, event);
    };
    return leaseOf(upstream.id, parts, giveBack, this.#terms(request));
  }

  /** What the gateway has seen of a route since now, or that its proxy takes no connections any more. */
  #diagnosis(route: Route): () => Promise<Diagnosis | undefined> {
    const start = this.#clock.monotonic();
    return async () => {
      const failure = route.failureSince(start);
      const { error, orOfSite } = failure ?? {};
      if (error && error.code !== "PROXY_FAILED") return { error, isDown: false, failure };
      const probed = await this.#probe(route);
      if (probed) return { error: orOfSite ? probed : (error ?? probed), isDown: true, failure };
      if (!error || !orOfSite) return error && { error, isDown: false, failure };
      const { upstream, target } = route;
      const isOfIt =
        upstream && target && this.#doubts.isOfProxy(upstream.key, target.hostname, this.#clock.monotonic());
      const told = isOfIt ? error : orOfSite.error;
      return told && { error: told, isDown: false, failure };
    };
  }

  /** Whether a route leads anywhere now: to its proxy, or, without one, to where it was first asked to lead. */
  async #probe({ upstream, target }: Route): Promise<BenthamError | undefined> {
    if (upstream?.protocol === "socks5" && target) {
      const { socksProbe } = await import("./socks-trouble.ts");
      return socksProbe(upstream, target);
    }
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

  async #leaseDirectRoute(request: ProxyRequest): Promise<ProxyLease> {
    const lent = (await this.#openBrowserRoutes()).lend(undefined, request.credential?.id);
    const { browser } = lent;
    const diagnosis = this.#diagnosis(lent.route);
    const diagnose = async (): Promise<BenthamError | undefined> => (await diagnosis())?.error;
    return leaseOf(
      DIRECT,
      { browser, secrets: [browser.password], diagnose },
      () => lent.leave(),
      this.#terms(request),
    );
  }

  async #leaseDirectFetch(): Promise<ProxyLease> {
    const { fetch } = await (this.#direct ??= this.#openDirect());
    return leaseOf(DIRECT, { fetch }, () => {});
  }

  #terms({ job, neededFor }: ProxyRequest): LeaseTerms {
    return { owner: job.jobId, neededFor, clock: this.#clock };
  }

  #requestRoute(upstream: Upstream, lane: string): Promise<RequestRoute> {
    const key = `${upstream.key} ${lane}`;
    const opening = this.#requestRoutes.get(key) ?? this.#openRequestRoute(upstream);
    this.#requestRoutes.set(key, opening);
    return opening;
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
      return Opened.open({ allowPrivate, lookup, trust: this.#trust, clock: this.#clock });
    };
    return (this.#gateway ??= open());
  }

  #openBrowserRoutes(): Promise<BrowserRoutes> {
    const open = async (): Promise<BrowserRoutes> => new BrowserRoutes(await this.#openGateway());
    return (this.#browserRoutes ??= open());
  }

  async #closeDirect(): Promise<void> {
    await (await this.#direct)?.close();
  }
}

function costOf({ sent, received }: RouteTraffic, { usdPerGigabyte }: Upstream): ProxyTraffic {
  const traffic = { sentBytes: sent, receivedBytes: received };
  return usdPerGigabyte === undefined ? traffic : { ...traffic, usd: ((sent + received) / 1e9) * usdPerGigabyte };
}

function closed(): BenthamError {
  return new BenthamError("INTERRUPTED", "the proxy manager has been closed");
}
