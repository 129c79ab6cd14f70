import type { Json } from "@bentham/core";
import { z } from "zod";
import { type CredentialState, freshState } from "./credential-state.ts";

/** Who has a credential that only one job may have at a time. */
export type Holding = {
  /** Tells its process; see `processMark`. */
  readonly process: string;
  /** Tells its lease from every other one. */
  readonly token: string;
  /** Until when, unless it is renewed. */
  readonly until: number;
};

/** What all processes know of a pool. It holds no secret. Moments are in milliseconds on the shared state's clock. */
export type PoolState = {
  /** The credential that was chosen last. */
  readonly last?: string;
  /** What is known of each value of each credential, by `id/version`, the latest that anything was learnt of at the end. */
  readonly credentials: Readonly<Record<string, CredentialState>>;
  /** Who has those that only one job may have at a time, by their ids. */
  readonly held: Readonly<Record<string, Holding>>;
};

const moment = z.number();
const count = z.int().min(0);

const poolSchema = z.object({
  last: z.exactOptional(z.string()),
  credentials: z.record(
    z.string(),
    z.object({
      uses: count,
      errors: count,
      recentErrors: z.array(moment),
      refusals: count,
      rests: count,
      restsUntil: z.exactOptional(moment),
      suspended: z.exactOptional(z.object({ code: z.string(), at: moment })),
    }),
  ),
  held: z.record(z.string(), z.object({ process: z.string(), token: z.string(), until: moment })),
});

/** One value of a credential. */
export interface CredentialName {
  readonly id: string;
  /** See `versionOf`. */
  readonly version: string;
}

/** How many values of one credential are remembered: an older one that comes back is taken for a new one. */
const MOST_VALUES = 8;

/** Where a pool's state is kept in the shared state. */
export function keyOf(pool: string): string {
  return `credential-pool/${pool}`;
}

/** What is kept of a pool; nothing is known where nothing is kept, or what another version has left. */
export function readPoolState(kept: Json | undefined): PoolState {
  return poolSchema.safeParse(kept).data ?? { credentials: {}, held: {} };
}

/**
 * What is known of a value of a credential. A new one starts anew, but for its uses, by which it takes its turn; one of a new
 * credential begins with the fewest uses of all, or it would have every turn.
 */
export function stateOf({ credentials }: PoolState, { id, version }: CredentialName): CredentialState {
  const known = credentials[`${id}/${version}`];
  if (known) return known;
  const before = Object.entries(credentials).findLast(([name]) => isOf(name, id));
  const uses = Object.values(credentials).map((state) => state.uses);
  return freshState(before?.[1].uses ?? (uses.length > 0 ? Math.min(...uses) : 0));
}

/** The pool with something known of each of these, so that their uses are counted from the same moment on. */
export function withAll(pool: PoolState, names: readonly CredentialName[]): PoolState {
  const added = names.filter(({ id, version }) => !(`${id}/${version}` in pool.credentials));
  return added.reduce((next, name) => withState(next, name, stateOf(pool, name)), pool);
}

/** The pool with another state of one value of a credential. */
export function withState(pool: PoolState, { id, version }: CredentialName, state: CredentialState): PoolState {
  const name = `${id}/${version}`;
  const others = Object.entries(pool.credentials).filter(([other]) => other !== name);
  const forgotten = others.filter(([other]) => isOf(other, id)).slice(0, -MOST_VALUES + 1);
  const kept = others.filter((entry) => !forgotten.includes(entry));
  return { ...pool, credentials: Object.fromEntries([...kept, [name, state]]) };
}

/** The pool with a credential held, or with nobody's hold on it. */
export function withHolding(pool: PoolState, id: string, holding: Holding | undefined): PoolState {
  const { [id]: _, ...held } = pool.held;
  return { ...pool, held: holding ? { ...held, [id]: holding } : held };
}

function isOf(name: string, id: string): boolean {
  return name.startsWith(`${id}/`);
}
