import type { SecureContext } from "node:tls";
import type { BrowserRoute, Fetch } from "@bentham/core";
import { ProxyAgent } from "undici";
import { fetchOver } from "./undici-fetch.ts";

/** Connections that go through a proxy. */
export interface ProxiedConnections {
  readonly fetch: Fetch;
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
  return { fetch: fetchOver(agent), close: () => agent.destroy() };
}
