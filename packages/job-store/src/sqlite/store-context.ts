import type { Clock, Random } from "@bentham/core";
import type { AskCount } from "./ask-count.ts";
import type { Database } from "./database.ts";
import type { Owner } from "./owner.ts";
import type { RunCache } from "./run-cache.ts";
import type { Tally } from "./tally.ts";

/** What the parts of the store share. */
export interface StoreContext {
  readonly database: Database;
  /** The store's time in milliseconds; for leases and waits. */
  readonly now: () => number;
  /** For deadlines, and moments that people read. */
  readonly clock: Clock;
  readonly random: Random;
  readonly here: Owner;
  readonly runs: RunCache;
  /** Hears of every change of a job's state. */
  readonly tally: Tally;
  /** Hears of every question. */
  readonly askCount: AskCount;
  /** Tells those who wait in this process that jobs may have become claimable. */
  readonly wake: () => void;
}
