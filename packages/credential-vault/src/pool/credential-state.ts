import type { PoolSettings } from "./pool-settings.ts";

/** Why a credential is out of use until a person sees to it. */
type Suspension = {
  /** The code of what it met last. */
  readonly code: string;
  /** Milliseconds on the shared state's clock. */
  readonly at: number;
};

/**
 * What is known of one value of a credential, by all processes. It is ready, or rests until a moment, or is suspended. Each error
 * counts for a while, and enough of them let it rest, twice as long each time; an answer makes all of that forgotten. Refusals
 * in a row suspend it. Out of a suspension it comes by a person alone: `reopen`, or another value.
 */
export type CredentialState = {
  /** Leases so far; counted where the pool has several. */
  readonly uses: number;
  /** Errors so far. */
  readonly errors: number;
  /** The moments of its latest errors, oldest first. */
  readonly recentErrors: readonly number[];
  /** Refusals in a row. */
  readonly refusals: number;
  /** Times in a row that errors have let it rest. */
  readonly rests: number;
  /** When it is ready again; absent when it does not rest. */
  readonly restsUntil?: number;
  readonly suspended?: Suspension;
};

/** What the end of a lease says of its credential. */
export type CredentialEvent =
  /** It brought an answer. */
  | { readonly kind: "answered" }
  /** It was not accepted, or not for this. */
  | { readonly kind: "refused"; readonly code: string }
  /** Its account is locked, or has to show that a person is there. */
  | { readonly kind: "shut-out"; readonly code: string }
  /** It was told to wait. */
  | { readonly kind: "told-to-wait"; readonly forMs: number }
  /** It met an error that another credential might not have met. */
  | { readonly kind: "error" };

/** Refusals in a row that suspend a credential. */
const MOST_REFUSALS = 2;

/** A surface that asks to be left alone for longer is asked again after this all the same, in milliseconds. */
const LONGEST_WAIT = 24 * 3_600_000;

/** A credential that nothing is known of. */
export function freshState(uses = 0): CredentialState {
  return { uses, errors: 0, recentErrors: [], refusals: 0, rests: 0 };
}

/** What is known of a credential after `event`, at `now`. Pure. */
export function nextCredentialState(
  state: CredentialState,
  event: CredentialEvent,
  { cooling }: PoolSettings,
  now: number,
): CredentialState {
  switch (event.kind) {
    case "answered": {
      const { restsUntil, ...rest } = state;
      const forgotten = { ...rest, recentErrors: [], refusals: 0, rests: 0 };
      // It may have been told to wait by another job meanwhile, and that holds.
      return restsUntil !== undefined && restsUntil > now ? { ...forgotten, restsUntil } : forgotten;
    }
    case "refused": {
      const refusals = state.refusals + 1;
      const refused = cooled({ ...state, refusals }, cooling, now);
      return refusals < MOST_REFUSALS ? refused : suspend(refused, event.code, now);
    }
    case "shut-out":
      return suspend({ ...state, errors: state.errors + 1 }, event.code, now);
    case "told-to-wait":
      return restUntil({ ...state, errors: state.errors + 1 }, now + Math.min(event.forMs, LONGEST_WAIT));
    case "error":
      return cooled(state, cooling, now);
  }
}

/** Lets a credential be used again whatever it met; a wait that its surface asked for stays. Pure. */
export function reopened(state: CredentialState): CredentialState {
  const { suspended: _, ...known } = state;
  return { ...known, recentErrors: [], refusals: 0, rests: 0 };
}

function suspend(state: CredentialState, code: string, now: number): CredentialState {
  return state.suspended ? state : { ...state, suspended: { code, at: now } };
}

function restUntil(state: CredentialState, until: number): CredentialState {
  return { ...state, restsUntil: Math.max(until, state.restsUntil ?? 0) };
}

/** One error more; enough of them within the window let it rest. */
function cooled(state: CredentialState, cooling: PoolSettings["cooling"], now: number): CredentialState {
  const recentErrors = [...state.recentErrors.filter((at) => at > now - cooling.window), now];
  const counted = { ...state, errors: state.errors + 1, recentErrors };
  if (recentErrors.length < cooling.errors) return counted;
  const length = Math.min(cooling.longestRest, cooling.rest * 2 ** state.rests);
  return restUntil({ ...counted, recentErrors: [], rests: state.rests + 1 }, now + length);
}
