import type { ServerResponse } from "node:http";
import type { Clock } from "@bentham/core";
import type { Stamp, Wire, WireAsk } from "./wire.ts";

/** One ask that is to be answered, and all it takes to do so. */
export interface Scene {
  readonly wire: Wire;
  readonly ask: WireAsk;
  readonly stamp: Stamp;
  readonly response: ServerResponse;
  readonly clock: Clock;
  /** Aborts when the client goes, or the server stops. */
  readonly gone: AbortSignal;
  /** Breaks the connection off, so that the client sees ECONNRESET and not an end. */
  reset(): void;
}
