import type { Clock } from "@bentham/core";
import type { Socket } from "node:net";
import type { ProxyBehaviour } from "./proxy-behaviour.ts";

/** What a proxy says no with. */
export interface ProxyRefusal {
  readonly status: 403 | 407 | 502;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request to a proxy, and all it takes to see to it. */
export interface ProxyCall {
  /** Where to connect to. */
  readonly host: string;
  readonly port: number;
  /** Where from. */
  readonly exit: string | undefined;
  readonly behaviour: ProxyBehaviour;
  readonly refusal: ProxyRefusal | undefined;
  readonly clock: Clock;
  /** Aborts when the client goes, or the proxy stops. */
  readonly gone: AbortSignal;
  /** Tells the log of the socket to the target. */
  connected(upstream: Socket): void;
  /** Breaks the client's connection off by RST. */
  reset(): void;
}
