import type { Outcome } from "./outcome.ts";

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
  /** Gives it back. Safe to call twice; the first call counts. */
  release(ending?: LeaseEnding): Promise<void>;
}

/** Makes a lease of `value` that runs `giveBack` once, however often and from wherever it is released. */
export function leaseOf<Value extends object>(
  id: string,
  value: Value,
  giveBack: (ending?: LeaseEnding) => void | Promise<void>,
): Value & Lease {
  const given = Promise.withResolvers<void>();
  let isReleased = false;
  const release = (ending?: LeaseEnding): Promise<void> => {
    if (isReleased) return given.promise;
    isReleased = true; // Before it is given back: whoever is told of that may release it, too.
    const giving = async (): Promise<void> => giveBack(ending);
    given.resolve(giving());
    return given.promise;
  };
  return Object.assign(value, { id, release, [Symbol.asyncDispose]: () => release() });
}
