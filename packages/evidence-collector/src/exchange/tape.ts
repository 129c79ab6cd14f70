import type { Clock } from "@bentham/core";
import type { Exchange } from "./exchange.ts";

/** Where exchanges are recorded. */
export interface Tape {
  readonly clock: Clock;
  /** Most bytes of one body. It holds whether or not the bodies are kept. */
  readonly maxBodyBytes: number;
  /** Whether the bytes of bodies are kept, from now on. */
  keepsBodies(): boolean;
  /** Is told when the head of a response has come. */
  responded(): void;
  /** Is told of each exchange as it begins: how to see how far it has come. */
  add(exchange: () => Exchange): void;
}
