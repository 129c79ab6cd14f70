import { BenthamError, type CredentialLease, type CredentialVault, type Secret } from "@bentham/core";
import { builtInPools, checkPool, type CheckedPool, type CredentialPool } from "./credential-pool.ts";
import { type Environment, readCredential } from "./credential-value.ts";
import { leaseOfCredential } from "./lease-of-credential.ts";

/** Options of {@link createEnvironmentVault}. */
export interface EnvironmentVaultOptions {
  /** Pools by name, added to the built-in `openai` and `anthropic`; one of the same name replaces it. @default none */
  readonly pools?: Readonly<Record<string, CredentialPool>> | undefined;
  /** Where the variables are read from, once, when the vault is made. @default process.env */
  readonly environment?: Environment | undefined;
}

/** A pool and its credential. */
interface FilledPool {
  readonly pool: CheckedPool;
  readonly secret: Secret;
}

/**
 * A vault that takes its credentials from environment variables, one for each pool and good for any number of leases at
 * once, and gives each to requests to its own hosts alone: a
 * study file can name another host, but no key goes there.
 *
 * @throws BenthamError CONFIG_INVALID when a pool's variable or hosts are not well formed. A variable that is not set is
 *   told by `acquire`, to those who ask for its pool.
 */
export function createEnvironmentVault(options: EnvironmentVaultOptions = {}): CredentialVault {
  const leaseOfPool = environmentLeases(options);
  return {
    async acquire({ job, signal }) {
      signal?.throwIfAborted();
      return leaseOfPool(job.credentialPool);
    },
  };
}

/** Leases the credential of a pool; the function that it gives throws BenthamError CREDENTIAL_MISSING without one. */
export function environmentLeases(options: EnvironmentVaultOptions): (pool: string | undefined) => CredentialLease {
  const { pools = {}, environment = process.env } = options;
  const filled = new Map<string, FilledPool | string>();
  for (const [name, description] of Object.entries({ ...builtInPools, ...pools })) {
    const pool = checkPool(name, description);
    const secret = readCredential(pool, environment);
    filled.set(name, typeof secret === "string" ? secret : { pool, secret });
  }

  const find = (name: string): FilledPool | string =>
    filled.get(name) ??
    `there is no credential pool "${name}": known are ${[...filled.keys()].join(", ")}; others are made with ` +
      "`bentham vault set`, or in the operator's configuration";

  return (name) => {
    const found = name === undefined ? "the job names no credential pool" : find(name);
    if (typeof found === "string") throw new BenthamError("CREDENTIAL_MISSING", found);
    return leaseOfFilled(found);
  };
}

function leaseOfFilled({ pool, secret }: FilledPool): CredentialLease {
  return leaseOfCredential({
    pool: pool.name,
    source: pool.variable,
    secret,
    bindings: pool.bindings,
    howToAddHost: "add the host to the pool's hosts in the operator's configuration",
  });
}
