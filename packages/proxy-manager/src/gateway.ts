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
import { Route, type RouteTraffic } from "./route.ts";
import { socksTrouble } from "./socks-trouble.ts";

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
  readonly #connections = new Map<number, Route>();

  private constructor(options: GatewayOptions) {
    this.#options = options;
    const prepareRequestFunction = (request: PrepareRequestFunctionOpts): PreparedRequest => this.#prepare(request);
    this.#server = new GatewayServer(
      { host: "127.0.0.1", port: 0, authRealm: "Bentham", prepareRequestFunction },
      (connectionId, trouble) => this.#hear(connectionId, trouble),
    );
    this.#server.on("tunnelConnectFailed", ({ response, customTag }: TunnelConnectFailed) => {
      if (customTag instanceof Route) this.#fail(customTag, tunnelRefusal(customTag, response.statusCode ?? 0));
    });
    this.#server.on("connectionClosed", ({ connectionId, stats }: ConnectionClosed) => {
      const route = this.#connections.get(connectionId);
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
    for (const [connectionId, other] of this.#connections) {
      if (other !== route) continue;
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

  #prepare({ username, password, hostname, port, connectionId }: PrepareRequestFunctionOpts): PreparedRequest {
    const route = this.#routes.get(username);
    if (!route || !isEqual(password, route.password.reveal())) return { requestAuthentication: true };
    this.#connections.set(connectionId, route);
    const { allowPrivate, lookup = systemLookup } = this.#options;
    const address = hostname.replace(/^\[|\]$/g, "");
    route.target ??= { hostname: address, port }; // The page that was opened; what it asks elsewhere is its own affair.
    if (!allowPrivate && isIP(address) !== 0 && !isPublicAddress(address)) {
      const refusal = addressRefusal(address, address);
      this.#fail(route, refusal);
      throw new RequestError(refusal.message, 403);
    }
    if (route.upstream) {
      return { upstreamProxyUrl: route.upstream.url, customTag: route, ...this.#agentFor(route, route.upstream) };
    }
    const resolve = allowPrivate ? lookup : guardedLookup(lookup, (refusal) => this.#fail(route, refusal));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it goes to `net.connect`, which asks for no more
    return { dnsLookup: resolve as typeof systemLookup };
  }

  /** Connections to a route's proxy, which tell when they cannot be made. */
  #agentFor(route: Route, { protocol }: Upstream): Pick<PreparedRequest, "httpAgent" | "httpsAgent"> {
    const onError = (error: Error): void => {
      const reason = "code" in error ? String(error.code) : error.name;
      this.#fail(route, proxyFailure(route, `cannot be reached or has gone away (${reason})`));
    };
    if (protocol === "http") return { httpAgent: watched(new Agent({ keepAlive: false }), onError) };
    if (protocol !== "https") return {};
    const { trust } = this.#options;
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    const secure = { keepAlive: false, rejectUnauthorized: true, ...(trust ? { secureContext: trust } : {}) };
    return { httpsAgent: watched(new SecureAgent(secure), onError) };
  }

  #hear(connectionId: unknown, trouble: LoggedTrouble): void {
    const route = typeof connectionId === "number" ? this.#connections.get(connectionId) : undefined;
    if (!route?.upstream) return;
    this.#fail(
      route,
      trouble.kind === "socks" ? socksTrouble(route.upstream, trouble.reason) : tunnelRefusal(route, 407),
    );
  }

  #fail(route: Route, error: BenthamError): void {
    route.fail(error, this.#options.clock.monotonic());
  }
}

/** Makes an agent tell of every error of its connections. */
function watched<Watched extends Agent>(agent: Watched, onError: (error: Error) => void): Watched {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback);
    connection?.once("error", onError);
    return connection;
  };
  return agent;
}

/** What the gateway tells proxy-chain of a request. */
interface PreparedRequest {
  readonly requestAuthentication?: boolean;
  readonly upstreamProxyUrl?: string;
  readonly customTag?: Route;
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

function tunnelRefusal(route: Route, status: number): BenthamError {
  if (status !== 407 && status !== 401) return proxyFailure(route, `refused the connection with status ${status}`);
  return new BenthamError(
    "PROXY_AUTH_FAILED",
    `the proxy ${route.upstream?.id} did not take its name and password (status ${status}): mend them in bentham.config.yaml`,
  );
}

/** A failure of the proxy that a route leads to. */
function proxyFailure({ upstream }: Route, what: string): BenthamError {
  return new BenthamError("PROXY_FAILED", `the proxy ${upstream?.id} ${what}`);
}

function isEqual(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
