import type { BrowserRoute } from "@bentham/core";
import type { Gateway } from "./gateway.ts";
import type { Upstream } from "./location.ts";
import type { Route, RouteTraffic } from "./route.ts";

/** A route that a browser has for one lease. */
export interface LentRoute {
  readonly route: Route;
  /** How the browser enters it. */
  readonly browser: BrowserRoute;
  /** What went through it for this lease. */
  traffic(): RouteTraffic;
  /** Lets nobody use it any more. */
  leave(): void;
}

/**
 * The routes of browsers through a gateway. A context of a browser has its way out for as long as it lives: so that the
 * session of an account can be kept, the account has the same route again the next time that it goes by the same proxy.
 * Nobody can use that in between. Any other lease has a route of its own.
 */
export class BrowserRoutes {
  readonly #gateway: Gateway;
  /** Routes that nobody has now, by proxy and account. */
  readonly #kept = new Map<string, Route>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** @param account Names whose session it is. @default it is for one lease */
  lend(upstream: Upstream | undefined, account: string | undefined): LentRoute {
    const gateway = this.#gateway;
    const key = account === undefined ? undefined : JSON.stringify([upstream?.key ?? null, account]);
    const kept = key === undefined ? undefined : this.#kept.get(key);
    if (key !== undefined) this.#kept.delete(key);
    const route = gateway.openRoute(upstream, kept);
    const before = gateway.trafficOf(route);
    return {
      route,
      browser: gateway.entranceOf(route),
      traffic: () => {
        const { sent, received } = gateway.trafficOf(route);
        return { sent: sent - before.sent, received: received - before.received };
      },
      leave: () => {
        gateway.closeRoute(route);
        if (key !== undefined) this.#kept.set(key, route);
      },
    };
  }
}
