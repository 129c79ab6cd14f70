import type { SecureContext } from "node:tls";
import type { BrowserRoute, Fetch } from "@bentham/core";
import { ProxyAgent } from "undici";
import { countingMessages } from "./counted-messages.ts";
import type { RouteTraffic } from "./route.ts";
import { fetchOver } from "./undici-fetch.ts";

/** Connections that go through a proxy. */
export interface ProxiedConnections {
  /** A way through them that adds what goes over it to `traffic`. */
  fetchFor(traffic: RouteTraffic): Fetch;
  /** Closes them all, and ends what still runs over them. */
  close(): Promise<void>;
}

/** Opens connections through `entrance` as they are needed, each a tunnel, and keeps them alive between requests. */
export function openProxiedConnections(entrance: BrowserRoute, trust: SecureContext | undefined): ProxiedConnections {
  const { server, username, password } = entrance;
  const agent = new ProxyAgent({
    uri: server,
    token: `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}`,
    proxyTunnel: true,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    requestTls: {
      rejectUnauthorized: true, // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      ...(trust ? { secureContext: trust } : {}),
    },
  });
  return {
    fetchFor: (traffic) => fetchOver(agent.compose(countingMessages(traffic))),
    close: () => agent.destroy(),
  };
}
