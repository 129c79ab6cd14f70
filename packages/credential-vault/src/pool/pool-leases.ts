import { randomUUID } from "node:crypto";
import {
  DIRECT,
  type LocationId,
  BenthamError,
  type Clock,
  type CredentialLease,
  hasEnded,
  isBenthamError,
  type LeaseEnding,
  type LeaseTerms,
  processMark,
  type Random,
  type SharedState,
} from "@bentham/core";
import { mayBeSentTo } from "../credential/host-binding.ts";
import { type AccountSaving, leaseOfCredential } from "../credential/lease-of-credential.ts";
import type { SavedStates } from "../saved-state/saved-states.ts";
import { choose } from "./choose.ts";
import { type CredentialPool, type KnownCredential, knownCredential } from "./credential-pool.ts";
import { nextCredentialState, reopened } from "./credential-state.ts";
import { eventOf } from "./event-of.ts";
import type { PoolSettings } from "./pool-settings.ts";
import { keyOf, type PoolState, readPoolState, stateOf, withAll, withHolding, withState } from "./pool-state.ts";
import { isExclusive, isHeld, noneReady, type Standing, standingOf } from "./standing.ts";

/** How long a hold on a credential lasts unless it is renewed, in milliseconds. */
const HOLD = 60_000;
/** How often it is renewed, in milliseconds. */
const RENEW_EVERY = HOLD / 4;
/** How long a job waits for a credential that another job has, in milliseconds; then it gives its slot back. */
const PATIENCE = 30_000;
/** How often it looks whether another process has given one back, in milliseconds. */
const LOOK_EVERY = 500;
/** When a job comes again that has waited in vain, in milliseconds. */
const COME_AGAIN = 5_000;

/** What leases are made with. */
export interface PoolLeasesParts {
  readonly state: SharedState;
  readonly clock: Clock;
  readonly random: Random;
  /** Where what browsers have of accounts is saved. @default nowhere */
  readonly states?: SavedStates | undefined;
  /** Is told once of each account that cannot be used as it stands, while its pool has others. */
  readonly warn: (warning: string) => void;
}

/** A credential, and where it stands. */
export interface CredentialStanding {
  readonly credential: KnownCredential;
  readonly standing: Standing;
}

/** What is wished of a lease. */
export interface LeaseWish {
  /** Where the credential is to be sent: one that may be is taken where there is any. */
  readonly url?: string | undefined;
  /** Where it is used from: what was saved of an account is of one location. @default direct */
  readonly location?: LocationId | undefined;
  /** The job it is for. */
  readonly owner?: string | undefined;
  /** For how many milliseconds at most. @default until it is given back */
  readonly neededFor?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Picked {
  readonly credential: KnownCredential;
  /** There when the credential is this lease's alone. */
  readonly token?: string;
}

/**
 * Leases credentials of pools, and learns from how the leases end. What it knows stands in the shared state, so that all
 * processes know it at once. A pool of one shared credential is only looked at until something goes wrong with it: nothing is
 * written for a job that goes well.
 */
export class PoolLeases {
  readonly #parts: PoolLeasesParts;
  readonly #waiting = new Set<() => void>();
  readonly #warned = new Set<string>();
  #mark: Promise<string> | undefined;

  constructor(parts: PoolLeasesParts) {
    this.#parts = parts;
  }

  /**
   * Leases the credential whose turn it is, of those that may be sent to `url` where there are any.
   *
   * @throws BenthamError NO_RESOURCE, or the signal's reason.
   */
  async acquire(
    pool: CredentialPool,
    settings: PoolSettings,
    { url, location = DIRECT, owner, neededFor, signal }: LeaseWish = {},
  ): Promise<CredentialLease> {
    const { clock } = this.#parts;
    let credentials = candidatesOf(pool, url);
    const giveUpAt = clock.monotonic() + PATIENCE;
    for (;;) {
      const picked = await this.#pick(pool.name, settings, credentials);
      // What any number of jobs may have need not be taken back from anybody.
      const terms = owner === undefined || picked?.token === undefined ? undefined : { owner, neededFor, clock };
      if (picked) {
        try {
          return await this.#lease(pool, settings, picked, location, terms);
        } catch (error) {
          // What was saved of this account cannot be read as it stands; that is no fault of the pool's others.
          const others = credentials.filter(({ id }) => id !== picked.credential.id);
          if (others.length === 0 || !isBenthamError(error) || error.code !== "CREDENTIAL_MISSING") throw error;
          this.#warnOnce(`${pool.name}/${picked.credential.id} is not used: ${error.message}`);
          credentials = others;
          continue;
        }
      }
      signal?.throwIfAborted();
      const standings = await this.#standingsOf(pool.name, credentials);
      if (standings.some(({ standing }) => standing.kind === "ready")) continue; // It was given back in between.
      if (!standings.some(({ standing }) => standing.kind === "in-use")) {
        throw noneReady(
          pool.name,
          standings.map(({ credential, standing }) => ({ ...credential, standing })),
        );
      }
      if (clock.monotonic() >= giveUpAt) throw allInUse(pool.name);
      await this.#waitForOne(signal);
    }
  }

  /**
   * Lends a credential to a person, who may see to one that is suspended, too. An account is theirs alone meanwhile.
   *
   * @throws BenthamError NO_RESOURCE when a job, or another person, has it.
   */
  async lendToPerson(pool: CredentialPool, id: string, location: LocationId): Promise<CredentialLease> {
    const credential = candidatesOf(pool).find((one) => one.id === id);
    if (!credential) {
      throw new BenthamError("CREDENTIAL_MISSING", `there is no credential "${id}" in pool "${pool.name}" any more`);
    }
    const bound = {
      ...credential,
      pool: pool.name,
      howToAddHost: pool.howToAddHost,
      poolSize: pool.credentials.length,
    };
    if (!isExclusive(credential.material.type)) return leaseOfCredential(bound, () => {}, {});
    const token = await this.#hold(pool.name, credential);
    const renewing = this.#keepHold(pool.name, id, token);
    const giveBack = async (): Promise<void> => {
      renewing.abort();
      await this.#update(pool.name, (kept) =>
        kept.held[id]?.token === token ? withHolding(kept, id, undefined) : kept,
      );
      this.#wakeAll();
    };
    try {
      return leaseOfCredential(bound, giveBack, await this.#savingOf(pool.name, credential, location));
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  /** Holds an account wherever it stands, unless somebody has it. Gives the hold's token. */
  async #hold(pool: string, { id }: KnownCredential): Promise<string> {
    const { state } = this.#parts;
    const gone = await this.#goneHolders(pool);
    const [process, token] = [await this.#processMark(), randomUUID()];
    let isTaken = false;
    await this.#update(pool, (kept) => {
      isTaken = isHeld(kept, id, state.now(), gone);
      return isTaken ? kept : withHolding(kept, id, { process, token, until: state.now() + HOLD });
    });
    if (!isTaken) return token;
    throw new BenthamError(
      "NO_RESOURCE",
      `the account ${pool}/${id} is in use: a job has it, or somebody in a live view; wait for that to end, or pause the run`,
      { retryAfterMs: COME_AGAIN },
    );
  }

  /** Where the pool's credentials stand. Writes nothing. */
  async standings(pool: CredentialPool): Promise<CredentialStanding[]> {
    return this.#standingsOf(pool.name, candidatesOf(pool));
  }

  /** Lets suspended credentials be used again. @returns their ids. */
  async reopen(pool: CredentialPool, id?: string): Promise<string[]> {
    const chosen = candidatesOf(pool).filter((credential) => id === undefined || credential.id === id);
    let found: KnownCredential[] = [];
    await this.#update(pool.name, (kept) => {
      found = chosen.filter((credential) => stateOf(kept, credential).suspended);
      return found.reduce((next, one) => withState(next, one, reopened(stateOf(next, one))), kept);
    });
    return found.map((credential) => credential.id);
  }

  /** The credential whose turn it is, held where it has to be; nothing when none is ready. */
  async #pick(
    pool: string,
    { strategy, weights }: PoolSettings,
    credentials: readonly KnownCredential[],
  ): Promise<Picked | undefined> {
    const { state, random } = this.#parts;
    const [only] = credentials;
    const areShared = !credentials.some((one) => isExclusive(one.material.type));
    const gone = areShared ? new Set<string>() : await this.#goneHolders(pool);
    const isReady = (kept: PoolState, one: KnownCredential): boolean =>
      standingOf(kept, one, state.now(), gone).kind === "ready";
    const seen = await this.#read(pool); // Without the lock, where there is nothing to be had, or nothing to choose.
    if (!only || !credentials.some((one) => isReady(seen, one))) return undefined;
    if (credentials.length === 1 && areShared) return { credential: only };
    const draw = random();
    const holding = { process: await this.#processMark(), token: randomUUID(), until: state.now() + HOLD };
    let picked: Picked | undefined;
    await this.#update(pool, (kept) => {
      const ready = credentials.filter((one) => isReady(kept, one));
      picked = undefined;
      if (ready.length === 0) return kept;
      const known = withAll(kept, credentials);
      const candidates = ready.map((one) => ({ ...stateOf(known, one), id: one.id, weight: weights.get(one.id) ?? 1 }));
      const id = choose(strategy, candidates, kept.last, draw);
      const credential = ready.find((one) => one.id === id);
      if (!credential) return kept;
      const used = stateOf(known, credential);
      const next = withState({ ...known, last: id }, credential, { ...used, uses: used.uses + 1 });
      if (!isExclusive(credential.material.type)) {
        picked = { credential };
        return next;
      }
      picked = { credential, token: holding.token };
      return withHolding(next, id, holding);
    });
    return picked;
  }

  async #lease(
    pool: CredentialPool,
    settings: PoolSettings,
    picked: Picked,
    location: LocationId,
    terms: LeaseTerms | undefined,
  ): Promise<CredentialLease> {
    const { credential, token } = picked;
    const poolSize = pool.credentials.length;
    const renewing = token === undefined ? undefined : this.#keepHold(pool.name, credential.id, token);
    const bound = { ...credential, pool: pool.name, howToAddHost: pool.howToAddHost, poolSize };
    const giveBack = async (ending?: LeaseEnding): Promise<void> => {
      renewing?.abort();
      await this.#learn(pool.name, settings, picked, poolSize, ending);
      this.#wakeAll();
    };
    try {
      return leaseOfCredential(bound, giveBack, await this.#savingOf(pool.name, credential, location), terms);
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  /** What was saved of an account, and how more is. */
  async #savingOf(pool: string, credential: KnownCredential, location: LocationId): Promise<AccountSaving> {
    const { states } = this.#parts;
    if (!states || !isExclusive(credential.material.type)) return {};
    const saved = await states.read(pool, credential, location);
    return {
      ...(saved ? { saved } : {}),
      ...((await states.canSave()) ? { save: (state) => states.save(pool, credential, state, location) } : {}),
    };
  }

  /** Keeps what a lease's end says, and gives its hold back. */
  async #learn(
    pool: string,
    settings: PoolSettings,
    { credential, token }: Picked,
    poolSize: number,
    ending: LeaseEnding | undefined,
  ): Promise<void> {
    const { state } = this.#parts;
    const event = ending && eventOf(ending, poolSize);
    const learn = (kept: PoolState): PoolState => {
      const now = state.now();
      const before = stateOf(kept, credential);
      const after = event ? nextCredentialState(before, event, settings, now) : before;
      const taught = JSON.stringify(after) === JSON.stringify(before) ? kept : withState(kept, credential, after);
      return token !== undefined && kept.held[credential.id]?.token === token
        ? withHolding(taught, credential.id, undefined)
        : taught;
    };
    if (token === undefined && !event) return;
    // Looked at first: an answer says nothing new of a credential that works.
    const kept = await this.#read(pool);
    if (learn(kept) !== kept) await this.#update(pool, learn);
  }

  /** Renews a hold until it is told to stop. A renewal that fails is made up for by the next one. */
  #keepHold(pool: string, id: string, token: string): AbortController {
    const { clock, state } = this.#parts;
    const stopping = new AbortController();
    const renew = async (): Promise<void> => {
      for (;;) {
        await clock.sleep(RENEW_EVERY, stopping.signal);
        await Promise.allSettled([
          this.#update(pool, (kept) => {
            const held = kept.held[id];
            return held?.token === token ? withHolding(kept, id, { ...held, until: state.now() + HOLD }) : kept;
          }),
        ]);
      }
    };
    renew().catch(() => undefined); // It ends by its signal alone.
    return stopping;
  }

  async #standingsOf(pool: string, credentials: readonly KnownCredential[]): Promise<CredentialStanding[]> {
    const kept = await this.#read(pool);
    const gone = await this.#goneHolders(pool);
    const now = this.#parts.state.now();
    return credentials.map((credential) => ({ credential, standing: standingOf(kept, credential, now, gone) }));
  }

  /** The leases whose processes are gone: what they hold is free at once. */
  async #goneHolders(pool: string): Promise<ReadonlySet<string>> {
    const gone = new Set<string>();
    const { held } = await this.#read(pool);
    for (const { process, token } of Object.values(held)) {
      if (process !== (await this.#processMark()) && (await hasEnded(process))) gone.add(token);
    }
    return gone;
  }

  /** Waits until a credential may have been given back, by this process or by another one. */
  async #waitForOne(signal: AbortSignal | undefined): Promise<void> {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#waiting.add(wake);
    try {
      await this.#parts.clock.sleep(LOOK_EVERY, signal ? AbortSignal.any([signal, woken.signal]) : woken.signal);
    } catch (error) {
      if (!woken.signal.aborted || signal?.aborted) throw error;
    } finally {
      this.#waiting.delete(wake);
    }
  }

  #warnOnce(warning: string): void {
    if (this.#warned.has(warning)) return;
    this.#warned.add(warning);
    this.#parts.warn(warning);
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }

  async #read(pool: string): Promise<PoolState> {
    return readPoolState(await this.#parts.state.read(keyOf(pool)));
  }

  async #update(pool: string, change: (kept: PoolState) => PoolState): Promise<void> {
    await this.#parts.state.update(keyOf(pool), (current) => {
      const kept = readPoolState(current);
      const next = change(kept);
      return next === kept ? current : next;
    });
  }

  #processMark(): Promise<string> {
    return (this.#mark ??= processMark());
  }
}

/** The pool's credentials, of which those that may be sent to `url` alone where there are any. */
function candidatesOf({ name, credentials }: CredentialPool, url?: string): KnownCredential[] {
  const all = credentials.map((credential) => knownCredential(name, credential));
  const target = url === undefined ? null : URL.parse(url);
  const fitting = target ? all.filter(({ bindings }) => mayBeSentTo(target, bindings)) : [];
  return fitting.length > 0 ? fitting : all;
}

function allInUse(pool: string): BenthamError {
  return new BenthamError(
    "NO_RESOURCE",
    `every credential of pool "${pool}" is in use, and each is for one job at a time; none came free within ${PATIENCE / 1000} s`,
    { retryAfterMs: COME_AGAIN },
  );
}
