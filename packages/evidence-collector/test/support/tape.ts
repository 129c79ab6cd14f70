import { systemClock } from "@bentham/core";
import type { Exchange } from "../../src/exchange/exchange.ts";
import { recordFetch } from "../../src/exchange/record-fetch.ts";
import type { Tape } from "../../src/exchange/tape.ts";

/** A running tape, and what is on it. */
export interface TestTape {
  readonly fetch: typeof fetch;
  readonly exchanges: () => Exchange[];
  stop(): void;
}

/** Records the global fetch. */
export function startTape(maxBodyBytes = 5_000_000): TestTape {
  const seen: (() => Exchange)[] = [];
  let isRunning = true;
  const tape: Tape = {
    clock: systemClock,
    maxBodyBytes,
    keepsBodies: () => isRunning,
    responded: () => {},
    add: (exchange) => seen.push(exchange),
  };
  return {
    fetch: recordFetch(globalThis.fetch, tape),
    exchanges: () => seen.map((exchange) => exchange()),
    stop: () => {
      isRunning = false;
    },
  };
}
