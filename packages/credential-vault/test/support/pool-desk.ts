import {
  type CredentialLease,
  type LeaseEnding,
  createMemoryState,
  type Random,
  type SharedState,
} from "@bentham/core";
import {
  type CheckedCredentialVault,
  createCredentialVault,
  type CredentialSource,
  type PoolOptions,
  type StoredCredential,
} from "@bentham/credential-vault";
import { aJob, SimulatedClock } from "@bentham/testbed";
import { keyOf } from "./vault-desk.ts";

/** How leases end. */
export const ENDINGS = {
  answered: { outcome: "answered" },
  refused: { outcome: "deferred", code: "AUTH_FAILED" },
  forbidden: { outcome: "deferred", code: "FORBIDDEN" },
  locked: { outcome: "parked", code: "ACCOUNT_BLOCKED" },
  challenged: { outcome: "parked", code: "CHALLENGE" },
  toldToWait: { outcome: "deferred", code: "RATE_LIMITED", retryAfterMs: 60_000 },
  tooFast: { outcome: "deferred", code: "RATE_LIMITED" },
  broken: { outcome: "failed", code: "UPSTREAM_ERROR" },
} as const satisfies Record<string, LeaseEnding>;

/** The host of every credential of a desk's pool. */
const HOST = "a.example";

/** A pool `team` whose credentials a test changes, on a clock that stands still, with state that vaults may share. */
export class PoolDesk {
  readonly clock = new SimulatedClock();
  readonly state: SharedState = createMemoryState(this.clock);
  readonly vault: CheckedCredentialVault;
  credentials: readonly StoredCredential[];

  constructor(credentials: readonly StoredCredential[], options: PoolOptions = {}, random: Random = () => 0) {
    this.credentials = credentials;
    this.vault = this.another(options, random);
  }

  /** A pool of API keys, by their ids. */
  static of(ids: readonly string[], options?: PoolOptions, random?: Random): PoolDesk {
    return new PoolDesk(
      ids.map((id) => apiKey(id)),
      options,
      random,
    );
  }

  /** A vault of another process, which shares the state. */
  another(options: PoolOptions = {}, random: Random = () => 0): CheckedCredentialVault {
    const source: CredentialSource = {
      find: async (name) =>
        name === "team" && this.credentials.length > 0
          ? { name, credentials: this.credentials, howToAddHost: "add it" }
          : undefined,
    };
    const { state, clock } = this;
    return createCredentialVault({ source, state, clock, random, environment: {}, poolOptions: { team: options } });
  }

  lease(vault: CheckedCredentialVault = this.vault, signal?: AbortSignal): Promise<CredentialLease> {
    return vault.acquire({ job: aJob({ credentialPool: "team" }), ...(signal ? { signal } : {}) });
  }

  /** Leases one, ends it so, and gives its id. */
  async use(ending: LeaseEnding = ENDINGS.answered, vault?: CheckedCredentialVault): Promise<string> {
    const lease = await this.lease(vault);
    await lease.release(ending);
    return lease.id.replace("team/", "");
  }

  /** The ids of so many leases, one after the other. */
  async uses(count: number): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) ids.push(await this.use());
    return ids;
  }

  /** Where the credentials stand, by id. */
  async standings(): Promise<Record<string, string>> {
    const shown = await this.vault.standings("team");
    return Object.fromEntries(shown.map(({ id, standing }) => [id, standing.kind]));
  }
}

/** An API key with this id, and a value that no other has. */
export function apiKey(id: string, value = `value-of-${id}`): StoredCredential {
  return { ...keyOf(value, [HOST]), id };
}
