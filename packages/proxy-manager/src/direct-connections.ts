import type { Fetch } from "@bentham/core";
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import type { SecureContext } from "node:tls";
import { Agent, buildConnector } from "undici";
import { guardedConnector, guardedLookup } from "./guarded-connector.ts";
import { fetchOver } from "./undici-fetch.ts";

/** Most connections to one origin at once. Lanes set the real limit; this one ends a runaway. */
const MOST_CONNECTIONS = 256;

/** What direct connections may do. */
export interface DirectConnectionOptions {
  readonly allowPrivate: boolean;
  /** Who is trusted over TLS. @default whom Node trusts */
  readonly trust: SecureContext | undefined;
  /** Resolves names. @default Node's, which asks the system */
  readonly lookup: LookupFunction | undefined;
}

/** The connections of the location `direct`. */
export interface DirectConnections {
  readonly fetch: Fetch;
  /** Closes them all, and ends what still runs over them. */
  close(): Promise<void>;
}

/**
 * Opens connections as they are needed and keeps them alive between requests. They know no time limit for an answer: a
 * model may think for minutes, and the signal of each request says how long is too long. They speak HTTP/1.1 only, so
 * that one broken connection ends one request.
 */
export function openDirectConnections(options: DirectConnectionOptions): DirectConnections {
  const { allowPrivate, trust, lookup = systemLookup } = options;
  const connect = buildConnector({
    allowH2: false,
    lookup: allowPrivate ? lookup : guardedLookup(lookup),
    rejectUnauthorized: true, // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    ...(trust ? { secureContext: trust } : {}),
  });
  const agent = new Agent({
    allowH2: false,
    connect: allowPrivate ? connect : guardedConnector(connect),
    connections: MOST_CONNECTIONS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return { fetch: fetchOver(agent), close: () => agent.destroy() };
}
