import { type CredentialLease, type CredentialVault, isBenthamError } from "@bentham/core";
import { createEnvironmentVault, type EnvironmentVaultOptions } from "./create-environment-vault.ts";
import { parseHostBinding } from "./host-binding.ts";
import { leaseOfCredential } from "./lease-of-credential.ts";
import type { VaultEntry } from "./vault-file/vault-entry.ts";
import type { VaultFile } from "./vault-file/vault-file-at.ts";

/** Options of {@link createCredentialVault}. */
export interface CredentialVaultOptions extends EnvironmentVaultOptions {
  /** The encrypted file. It is opened when the first pool is looked up in it, once for this vault's life. */
  readonly vaultFile: VaultFile;
}

/** A vault that can tell beforehand what a pool lacks. */
export interface CheckedCredentialVault extends CredentialVault {
  /** What keeps these pools from giving a credential, in words; empty when all of them can. */
  checkPools(names: Iterable<string>): Promise<string[]>;
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
  const environmentVault = createEnvironmentVault(options);
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

  return {
    async acquire(request) {
      const { job, signal } = request;
      signal?.throwIfAborted();
      const pool = job.credentialPool;
      const entry = pool === undefined ? undefined : await inFile(pool);
      signal?.throwIfAborted();
      return pool === undefined || entry === undefined ? environmentVault.acquire(request) : leaseOfEntry(pool, entry);
    },
    async checkPools(names) {
      const problems = new Set<string>(); // A file that does not open is one problem, however many pools it may hold.
      for (const name of new Set(names)) {
        try {
          if (await inFile(name)) continue;
          for (const problem of environmentVault.checkPools([name])) problems.add(problem);
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
