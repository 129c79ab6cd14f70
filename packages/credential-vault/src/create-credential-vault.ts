import {
  BenthamError,
  type Clock,
  type CredentialType,
  type CredentialLease,
  type CredentialVault,
  DIRECT,
  isBenthamError,
  type LocationId,
  createMemoryState,
  type Random,
  type Secret,
  type SharedState,
  systemClock,
  systemRandom,
} from "@bentham/core";
import type { StoredCredential } from "./credential/stored-credential.ts";
import { checkTarget } from "./credential/lease-of-credential.ts";
import { builtInPools, type Environment, type EnvironmentPool } from "./environment/environment-pool.ts";
import { environmentSource } from "./environment/environment-source.ts";
import { type CredentialPool, type CredentialSource, knownCredential } from "./pool/credential-pool.ts";
import { type LeaseWish, PoolLeases } from "./pool/pool-leases.ts";
import { type PoolOptions, poolSettings } from "./pool/pool-settings.ts";
import { isExclusive, type Standing } from "./pool/standing.ts";
import type { SavedStates } from "./saved-state/saved-states.ts";
import type { SavedState } from "./saved-state/state-content.ts";

/** Options of {@link createCredentialVault}. */
export interface CredentialVaultOptions {
  /** Pools of the environment by name, added to the built-in `openai` and `anthropic`; one of the same name replaces it. @default none */
  readonly pools?: Readonly<Record<string, EnvironmentPool>> | undefined;
  /** Where the variables are read from, once, when the vault is made. @default process.env */
  readonly environment?: Environment | undefined;
  /** Where all other pools are: an encrypted file, or OpenBao. @default nowhere */
  readonly source?: CredentialSource | undefined;
  /** How credentials are chosen, and when they rest, by pool. @default round robin */
  readonly poolOptions?: Readonly<Record<string, PoolOptions>> | undefined;
  /** Where processes share what they know of credentials. @default this process alone knows it */
  readonly state?: SharedState | undefined;
  /** Where what browsers have of accounts is saved. @default nowhere */
  readonly states?: SavedStates | undefined;
  /** Is told of accounts that cannot be used as they stand. @default a warning of the process */
  readonly warn?: ((warning: string) => void) | undefined;
  /** @default the real clock */
  readonly clock?: Clock | undefined;
  /** What `random` and `weighted` draw by. @default chance that nobody can replay */
  readonly random?: Random | undefined;
}

/** A credential that is going to be asked for. */
export interface CredentialUse {
  readonly pool: string;
  /** Where it is to be sent. @default not known yet */
  readonly url?: string | undefined;
}

/** A credential as it may be shown: never its value. */
export interface ShownCredential {
  readonly pool: string;
  readonly id: string;
  readonly type: CredentialType;
  readonly hosts: readonly string[];
  readonly standing: Standing;
  /** When what a browser had of the account was saved last, in milliseconds since the Unix epoch. @default nothing is saved */
  readonly stateSavedAt?: number;
}

/** A vault that can tell what pools lack, and where their credentials stand. */
export interface CheckedCredentialVault extends CredentialVault {
  /**
   * Leases a credential of a pool for what is no job's.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the pool has none, or the signal's reason.
   */
  lease(pool: string, signal?: AbortSignal): Promise<CredentialLease>;
  /**
   * Lends one credential of a pool to a person who is to see to it, whatever it is suspended for. An account is theirs alone
   * until they give it back, or their process ends. Nothing is learnt from how the lease ends.
   *
   * @param location Where they use it from. @default direct
   * @throws BenthamError CREDENTIAL_MISSING when the pool has none of that id, NO_RESOURCE when somebody has the account.
   */
  leaseToPerson(pool: string, id: string, location?: LocationId): Promise<CredentialLease>;
  /** What keeps pools from giving a credential, or giving it for a place, in words; empty when all of them can. */
  check(uses: Iterable<CredentialUse>): Promise<string[]>;
  /**
   * Where the credentials of a pool stand. Writes nothing.
   *
   * @throws BenthamError CREDENTIAL_MISSING when there is no such pool, or it cannot be read.
   */
  standings(pool: string): Promise<ShownCredential[]>;
  /**
   * Lets the suspended credentials of a pool be used again, or the one of that id.
   *
   * @returns their ids.
   * @throws BenthamError CREDENTIAL_MISSING as `standings` does.
   */
  reopen(pool: string, id?: string): Promise<string[]>;
  /**
   * What a browser at a location (`direct` unless said otherwise) had of an account when it was last saved: JSON, what Playwright's `storageState()` gives. For who
   * works with the account outside of a job; a job's lease has it as `savedState`.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the pool has no such account, or what was saved of it cannot be read.
   */
  readAccountState(pool: string, id: string, location?: LocationId): Promise<SavedState | undefined>;
  /**
   * Saves it, encrypted, in place of what was saved before.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the pool has no such account, or there is nothing to encrypt it with;
   *   INTERNAL when it is no storage state; DISK_FULL.
   */
  saveAccountState(pool: string, id: string, state: Secret, location?: LocationId): Promise<void>;
}

/**
 * A vault over the environment and one other place. A pool is
 *
 * 1. one of `pools`, which an operator has described by name: the environment has its credentials, `source` is not looked at;
 * 2. else one of `source`, where that has it; a source that cannot be read ends the search, so that no other credential is
 *    taken unseen;
 * 3. else a built-in one of the environment.
 *
 * A pool that `source` had, and has no more, is NO_RESOURCE from then on, and lets its lanes wait: it may be back, and a key of
 * the environment must not take its place unseen.
 *
 * Of a pool with several credentials each job gets one that is ready, chosen as the pool's options say. One that its surface
 * refuses twice in a row, or whose account is locked, is suspended until a person reopens it or gives it another value; one
 * of several that has to wait, or meets many errors, rests. Accounts (user and password, cookies, storage state) go to one job at
 * a time; keys and tokens to any number.
 *
 * @throws BenthamError CONFIG_INVALID when a pool's variable, hosts or options are not well formed.
 */
export function createCredentialVault(options: CredentialVaultOptions = {}): CheckedCredentialVault {
  const { pools = {}, environment = process.env, source, poolOptions = {}, states, clock = systemClock } = options;
  const described = environmentSource(pools, environment);
  const builtIn = environmentSource(builtInPools, environment);
  const settings = new Map(Object.entries(poolOptions).map(([pool, own]) => [pool, poolSettings(pool, own)]));
  const defaults = poolSettings("");
  const leases = new PoolLeases({
    state: options.state ?? createMemoryState(clock),
    clock,
    random: options.random ?? systemRandom,
    states,
    warn: options.warn ?? ((warning) => process.emitWarning(warning, "BenthamVaultWarning")),
  });

  const seenInSource = new Set<string>();
  const inSource = async (pool: string): Promise<CredentialPool | undefined> => {
    const found = await source?.find(pool);
    if (found) seenInSource.add(pool);
    else if (seenInSource.has(pool)) {
      throw new BenthamError(
        "NO_RESOURCE",
        `the vault has no credential pool "${pool}" any more; \`bentham vault set ${pool}\` makes it again, and what waits for it ` +
          "goes on then. To use another place for it, start again",
        { retryAfterMs: Infinity, pauses: "lane" },
      );
    }
    return found;
  };
  const find = async (pool: string | undefined): Promise<CredentialPool> => {
    if (pool === undefined) throw new BenthamError("CREDENTIAL_MISSING", "the job names no credential pool");
    const found = (await described.find(pool)) ?? (await inSource(pool)) ?? (await builtIn.find(pool));
    if (found) return found;
    throw new BenthamError(
      "CREDENTIAL_MISSING",
      `there is no credential pool "${pool}": known are ${[...new Set([...Object.keys(builtInPools), ...Object.keys(pools)])].join(", ")}; ` +
        "others are made with `bentham vault set`, or in the operator's configuration",
    );
  };

  const lease = async (pool: string | undefined, wish: LeaseWish): Promise<CredentialLease> => {
    wish.signal?.throwIfAborted();
    const found = await find(pool);
    wish.signal?.throwIfAborted();
    return leases.acquire(found, settings.get(found.name) ?? defaults, wish);
  };

  const accountOf = async (pool: string, id: string): Promise<{ of: StoredCredential; states: SavedStates }> => {
    const of = (await find(pool)).credentials.find((one) => one.id === id);
    if (of && states && isExclusive(of.material.type)) return { of, states };
    const why = of ? `its type, ${of.material.type}, is no account's` : "there is none of that id";
    throw new BenthamError(
      "CREDENTIAL_MISSING",
      `nothing can be saved of the credential "${id}" of pool "${pool}": ${why}`,
    );
  };

  return {
    lease: (pool, signal) => lease(pool, { signal }),
    acquire: ({ job, needs, neededFor, signal }) =>
      lease(job.credentialPool, {
        url: job.surface?.baseURL ?? needs?.site,
        location: job.locationId,
        owner: job.jobId,
        neededFor,
        signal,
      }),
    leaseToPerson: async (pool, id, location = DIRECT) => leases.lendToPerson(await find(pool), id, location),
    async check(uses) {
      const problems = new Set<string>(); // A source that cannot be read is one problem, however many pools it may hold.
      for (const { pool, url } of uses) {
        try {
          const found = await find(pool);
          if (url !== undefined) checkPlace(found, url);
        } catch (error) {
          if (!isBenthamError(error)) throw error;
          problems.add(error.message);
        }
      }
      return [...problems];
    },
    async standings(pool) {
      const found = await leases.standings(await find(pool));
      return Promise.all(
        found.map(async ({ credential: { id, material, hosts }, standing }) => {
          const stateSavedAt = isExclusive(material.type) ? await states?.savedAt(pool, id) : undefined;
          const shown = { pool, id, type: material.type, hosts, standing };
          return stateSavedAt === undefined ? shown : { ...shown, stateSavedAt };
        }),
      );
    },
    reopen: async (pool, id) => leases.reopen(await find(pool), id),
    async readAccountState(pool, id, location = DIRECT) {
      const account = await accountOf(pool, id);
      return account.states.read(pool, account.of, location);
    },
    async saveAccountState(pool, id, state, location = DIRECT) {
      const account = await accountOf(pool, id);
      await account.states.save(pool, account.of, state, location);
    },
  };
}

/** @throws BenthamError CREDENTIAL_HOST_MISMATCH when no credential of the pool may be sent there. */
function checkPlace({ name, credentials, howToAddHost }: CredentialPool, url: string): void {
  const bindings = credentials.flatMap((credential) => knownCredential(name, credential).bindings);
  checkTarget({ pool: name, bindings, howToAddHost }, url);
}
