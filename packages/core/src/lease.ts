import type { Clock } from "./clock.ts";
import type { Outcome } from "./outcome.ts";
import { startTimer } from "./time-limit.ts";

/** How the job ended for which something was leased, so that its giver can learn from it. */
export interface LeaseEnding {
  readonly outcome: Outcome;
  /** The code of the failure or of the wait, where there was one. */
  readonly code?: string;
  /** How long the surface asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The right to use something until it is given back. Giving back twice is harmless. */
export interface Lease extends AsyncDisposable {
  /** Names what is leased, never its secret. */
  readonly id: string;
  /** Names who has it: a job, by its id. @default its lender does not keep that */
  readonly owner?: string;
  /** Gives it back. Safe to call twice; the first call counts. */
  release(ending?: LeaseEnding): Promise<void>;
}

/** Whose a lease is, and until when. */
export interface LeaseTerms {
  /** Names who has it: a job, by its id. */
  readonly owner: string;
  /** After how many milliseconds it is taken back from who has not given it back. @default never */
  readonly neededFor?: number | undefined;
  readonly clock: Clock;
}

/** How the lease of somebody ends who has not given it back in time. */
const EXPIRED: LeaseEnding = { outcome: "interrupted", code: "LEASE_LOST" };

/**
 * Makes a lease of `value` that runs `giveBack` once, however often and from wherever it is released; by itself when its time
 * is over, where `terms` say when that is.
 */
export function leaseOf<Value extends object>(
  id: string,
  value: Value,
  giveBack: (ending?: LeaseEnding) => void | Promise<void>,
  terms?: LeaseTerms,
): Value & Lease {
  const given = Promise.withResolvers<void>();
  let isReleased = false;
  let stopTimer: (() => void) | undefined;
  const release = (ending?: LeaseEnding): Promise<void> => {
    if (isReleased) return given.promise;
    isReleased = true; // Before it is given back: whoever is told of that may release it, too.
    stopTimer?.();
    const giving = async (): Promise<void> => giveBack(ending);
    given.resolve(giving());
    return given.promise;
  };
  if (terms?.neededFor !== undefined) {
    // What fails there has nobody to be told to: whoever had it has forgotten it, and hears of it should he release it.
    const takeBack = (): void => void Promise.allSettled([release(EXPIRED)]);
    stopTimer = startTimer(terms.clock, terms.neededFor, takeBack);
  }
  const owner = terms ? { owner: terms.owner } : {};
  return Object.assign(value, { id, ...owner, release, [Symbol.asyncDispose]: () => release() });
}
