import { type CredentialLease, type CredentialVault, isBenthamError } from "@bentham/core";
import { environmentLeases, type EnvironmentVaultOptions } from "./create-environment-vault.ts";
import { parseHostBinding } from "./host-binding.ts";
import { leaseOfCredential } from "./lease-of-credential.ts";
import type { VaultEntry } from "./vault-file/vault-entry.ts";
import type { VaultFile } from "./vault-file/vault-file-at.ts";

/** Options of {@link createCredentialVault}. */
export interface CredentialVaultOptions extends EnvironmentVaultOptions {
  /** The encrypted file. It is opened when the first pool is looked up in it, once for this vault's life. */
  readonly vaultFile: VaultFile;
}

/** A credential that is going to be asked for. */
export interface CredentialUse {
  readonly pool: string;
  /** Where it is to be sent. @default not known yet */
  readonly url?: string | undefined;
}

/** A vault that can tell beforehand what a pool lacks. */
export interface CheckedCredentialVault extends CredentialVault {
  /**
   * Leases a credential of a pool for what is no job's.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the pool has none, or the signal's reason.
   */
  lease(pool: string, signal?: AbortSignal): Promise<CredentialLease>;
  /** What keeps pools from giving a credential, or giving it for a place, in words; empty when all of them can. */
  check(uses: Iterable<CredentialUse>): Promise<string[]>;
}

/**
 * A vault over an encrypted file and the environment. A pool is
 *
 * 1. one of `pools`, which an operator has described by name: the environment has its credential, the file is not opened;
 * 2. else one in the file, where that has it; a file that does not open ends the search, so that no other credential is
 *    taken unseen;
 * 3. else a built-in one of the environment.
 *
 * @throws BenthamError CONFIG_INVALID when a pool's variable or hosts are not well formed.
 */
export function createCredentialVault(options: CredentialVaultOptions): CheckedCredentialVault {
  const { pools = {}, vaultFile } = options;
  const leaseOfEnvironment = environmentLeases(options);
  let opened: ReturnType<VaultFile["entries"]> | undefined;

  const inFile = async (pool: string): Promise<VaultEntry | undefined> => {
    if (Object.hasOwn(pools, pool)) return undefined;
    opened ??= vaultFile.entries();
    try {
      return (await opened).get(pool);
    } catch (error) {
      opened = undefined; // What keeps it shut may be put right while a worker goes on.
      throw error;
    }
  };

  const leaseOfPool = async (pool: string | undefined, signal?: AbortSignal): Promise<CredentialLease> => {
    signal?.throwIfAborted();
    const entry = pool === undefined ? undefined : await inFile(pool);
    signal?.throwIfAborted();
    return pool === undefined || entry === undefined ? leaseOfEnvironment(pool) : leaseOfEntry(pool, entry);
  };

  return {
    lease: leaseOfPool,
    acquire: ({ job, signal }) => leaseOfPool(job.credentialPool, signal),
    async check(uses) {
      const problems = new Set<string>(); // A file that does not open is one problem, however many pools it may hold.
      for (const { pool, url } of uses) {
        try {
          await using lease = await leaseOfPool(pool);
          if (url !== undefined) lease.valueFor(url);
        } catch (error) {
          if (!isBenthamError(error)) throw error;
          problems.add(error.message);
        }
      }
      return [...problems];
    },
  };
}

function leaseOfEntry(pool: string, { value, hosts }: VaultEntry): CredentialLease {
  return leaseOfCredential({
    pool,
    source: "vault",
    secret: value,
    bindings: hosts.map((host) => parseHostBinding(host, pool)),
    howToAddHost: "set it again in the vault, with all of its hosts",
  });
}
