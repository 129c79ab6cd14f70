import { timingSafeEqual } from "node:crypto";
import { lookup as systemLookup } from "node:dns";
import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { BenthamError, type BrowserRoute, type Clock } from "@bentham/core";
import { type PrepareRequestFunctionOpts, RequestError } from "proxy-chain";
import { GatewayServer, type LoggedTrouble } from "./gateway-server.ts";
import { addressRefusal, guardedLookup } from "./guarded-connector.ts";
import { isPublicAddress } from "./public-addresses.ts";
import type { Upstream } from "./location.ts";
import { Route, type RouteFailure, type RouteTraffic, type Target } from "./route.ts";
import { socksTrouble } from "./socks-trouble.ts";
import { watched } from "./watched-agent.ts";

/** What a gateway may do. */
export interface GatewayOptions {
  readonly allowPrivate: boolean;
  /** Resolves names for routes without a proxy. @default Node's, which asks the system */
  readonly lookup: LookupFunction | undefined;
  /** Whom proxies that are entered over TLS may be vouched for by. @default whom Node trusts */
  readonly trust: SecureContext | undefined;
  readonly clock: Clock;
}

/**
 * The one proxy that browsers, and requests through proxies, go out by: it listens on loopback, knows who may use which
 * route, and keeps the passwords of the proxies behind it to itself. A route leads to one proxy, or to none, and never
 * to another instead.
 */
export class Gateway implements AsyncDisposable {
  readonly #options: GatewayOptions;
  readonly #server: GatewayServer;
  readonly #routes = new Map<string, Route>();
  readonly #connections = new Map<number, Passage>();

  private constructor(options: GatewayOptions) {
    this.#options = options;
    const prepareRequestFunction = (request: PrepareRequestFunctionOpts): PreparedRequest => this.#prepare(request);
    this.#server = new GatewayServer(
      { host: "127.0.0.1", port: 0, authRealm: "Bentham", prepareRequestFunction },
      (connectionId, trouble) => this.#hear(connectionId, trouble),
    );
    this.#server.on("tunnelConnectFailed", ({ response, customTag }: TunnelConnectFailed) => {
      if (customTag instanceof Passage) this.#fail(customTag, tunnelRefusal(customTag, response.statusCode ?? 0));
    });
    this.#server.on("connectionClosed", ({ connectionId, stats }: ConnectionClosed) => {
      const route = this.#connections.get(connectionId)?.route;
      if (!route) return;
      this.#connections.delete(connectionId);
      route.carried.sent += stats.srcRxBytes;
      route.carried.received += stats.srcTxBytes;
    });
  }

  static async open(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#server.listen();
    return gateway;
  }

  /** Opens a route to a proxy, or without one; the same again where one is given that was closed. */
  openRoute(upstream?: Upstream, route: Route = new Route(upstream)): Route {
    this.#routes.set(route.username, route);
    return route;
  }

  /** Lets nobody use a route any more; what still runs over it goes on. */
  closeRoute(route: Route): void {
    this.#routes.delete(route.username);
  }

  /** What went through a route so far, as its clients sent and got it. */
  trafficOf(route: Route): RouteTraffic {
    let { sent, received } = route.carried;
    for (const [connectionId, passage] of this.#connections) {
      if (passage.route !== route) continue;
      const stats = this.#server.getConnectionStats(connectionId);
      sent += stats?.srcRxBytes ?? 0;
      received += stats?.srcTxBytes ?? 0;
    }
    return { sent, received };
  }

  /** How a route is entered. */
  entranceOf({ username, password }: Route): BrowserRoute {
    return { server: `http://127.0.0.1:${this.#server.port}`, username, password };
  }

  /** Ends everything that runs through it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close(true);
  }

  #prepare({ username, password, hostname, port, connectionId, isHttp }: PrepareRequestFunctionOpts): PreparedRequest {
    const route = this.#routes.get(username);
    if (!route || !isEqual(password, route.password.reveal())) return { requestAuthentication: true };
    const { allowPrivate, lookup = systemLookup } = this.#options;
    const address = hostname.replace(/^\[|\]$/g, "");
    const passage = new Passage(route, { hostname: address, port });
    this.#connections.set(connectionId, passage);
    route.target ??= passage.target; // The page that was opened; what it asks elsewhere is its own affair.
    if (!allowPrivate && isIP(address) !== 0 && !isPublicAddress(address)) {
      const refusal = addressRefusal(address, address);
      this.#fail(passage, { error: refusal });
      throw new RequestError(refusal.message, 403);
    }
    if (route.upstream?.protocol === "socks5" && !isHttp && isIP(address) === 6) {
      // proxy-chain would send it as a name, in brackets, which no proxy can resolve.
      const error = new BenthamError(
        "ADDRESS_REFUSED",
        `[${address}]:${port} is an IPv6 address, which the SOCKS5 proxy ${route.upstream.id} cannot be asked for: give the host's name instead`,
      );
      this.#fail(passage, { error });
      throw new RequestError(error.message, 403);
    }
    if (route.upstream) {
      const agents = this.#agentFor(passage, route.upstream, !isHttp);
      return { upstreamProxyUrl: route.upstream.url, customTag: passage, ...agents };
    }
    const resolve = allowPrivate ? lookup : guardedLookup(lookup, (error) => this.#fail(passage, { error }));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it goes to `net.connect`, which asks for no more
    return { dnsLookup: resolve as typeof systemLookup };
  }

  /** Connections to a route's proxy, which tell when they come to nothing. */
  #agentFor(
    passage: Passage,
    { protocol }: Upstream,
    isTunnel: boolean,
  ): Pick<PreparedRequest, "httpAgent" | "httpsAgent"> {
    const { clock } = this.#options;
    const watch = {
      clock,
      isTunnel,
      onFailure: (what: string) => this.#fail(passage, { error: proxyFailure(passage, what) }),
      onFirstByte: (ms: number) => passage.route.heard(passage.target, ms),
      onSilence: (what: string) =>
        this.#fail(passage, { error: proxyFailure(passage, what), orOfSite: { error: undefined } }),
    };
    if (protocol === "http") return { httpAgent: watched(new Agent({ keepAlive: false }), watch) };
    if (protocol !== "https") return {};
    const { trust } = this.#options;
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    const secure = { keepAlive: false, rejectUnauthorized: true, ...(trust ? { secureContext: trust } : {}) };
    return { httpsAgent: watched(new SecureAgent(secure), watch) };
  }

  #hear(connectionId: unknown, trouble: LoggedTrouble): void {
    const passage = typeof connectionId === "number" ? this.#connections.get(connectionId) : undefined;
    const { upstream } = passage?.route ?? {};
    if (!passage || !upstream) return;
    const isSocks = trouble.kind === "socks";
    this.#fail(passage, isSocks ? { error: socksTrouble(upstream, trouble.reason) } : tunnelRefusal(passage, 407));
  }

  #fail({ route, target }: Passage, failure: Pick<RouteFailure, "error" | "orOfSite">): void {
    route.fail({ ...failure, target, at: this.#options.clock.monotonic() });
  }
}

/** One connection over a route. */
class Passage {
  readonly route: Route;
  readonly target: Target;

  constructor(route: Route, target: Target) {
    this.route = route;
    this.target = target;
  }
}

/** What the gateway tells proxy-chain of a request. */
interface PreparedRequest {
  readonly requestAuthentication?: boolean;
  readonly upstreamProxyUrl?: string;
  readonly customTag?: Passage;
  readonly httpAgent?: Agent;
  readonly httpsAgent?: SecureAgent;
  readonly dnsLookup?: typeof systemLookup;
}

interface TunnelConnectFailed {
  readonly response: { readonly statusCode?: number };
  readonly customTag: unknown;
  readonly socket: Socket;
}

interface ConnectionClosed {
  readonly connectionId: number;
  readonly stats: { readonly srcTxBytes: number; readonly srcRxBytes: number };
}

/** Statuses by which a proxy says that it did not reach the site (RFC 9110, section 15.6), or not well. */
const NOT_REACHED: ReadonlySet<number> = new Set([502, 503, 504]);

function tunnelRefusal(passage: Passage, status: number): Pick<RouteFailure, "error" | "orOfSite"> {
  const { route, target } = passage;
  if (status === 407 || status === 401) {
    const error = new BenthamError(
      "PROXY_AUTH_FAILED",
      `the proxy ${route.upstream?.id} did not take its name and password (status ${status}): mend them in bentham.config.yaml`,
    );
    return { error };
  }
  const error = proxyFailure(passage, `refused the connection with status ${status}`);
  if (!NOT_REACHED.has(status)) return { error };
  const what = `${target.hostname}:${target.port} cannot be reached, the proxy ${route.upstream?.id} says (status ${status})`;
  return { error, orOfSite: { error: new BenthamError("NETWORK_DOWN", what) } };
}

/** A failure of the proxy that a connection leads to. */
function proxyFailure({ route }: Passage, what: string): BenthamError {
  return new BenthamError("PROXY_FAILED", `the proxy ${route.upstream?.id} ${what}`);
}

function isEqual(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
