import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { systemClock, systemRandom } from "@bentham/core";
import { decrypt, encrypt, type VaultKey } from "./encryption.ts";
import { makeIdentity, readIdentity } from "./identity-file.ts";
import { readPrivateFile, replacePrivateFile } from "./private-file.ts";
import { decodeContent, encodeContent } from "./vault-content.ts";
import { checkEntry, type VaultEntry } from "./vault-entry.ts";
import { fileRefused, vaultUnusable } from "./vault-unusable.ts";
import { type WaitingParts, withWriteLock } from "./write-lock.ts";

/** Where a vault is, and what opens it. */
export interface VaultFileOptions extends Partial<WaitingParts> {
  /** The encrypted file, such as `.bentham/vault.age`. */
  readonly file: string;
  /** The file of the age identity that opens it, such as `.bentham/identity.txt`. */
  readonly identity: string;
}

/**
 * Credentials by pool, in a file encrypted with age. Nothing is opened before it is asked for, and nothing is made before
 * the first credential is set. Any number of processes may read and write it at once.
 *
 * Every method throws BenthamError CREDENTIAL_MISSING when vault or identity cannot be used as they stand: not private to
 * this user, cut off, changed, not belonging together. Both files are left as they are then. DISK_FULL where that is it.
 */
export interface VaultFile {
  readonly file: string;
  /** Every credential, in the order of the pools' names; none when there is no vault. */
  entries(): Promise<ReadonlyMap<string, VaultEntry>>;
  /**
   * Keeps a credential, in place of the one that the pool had. Makes vault and identity where they are missing.
   *
   * @throws BenthamError CONFIG_INVALID when the pool's name, the value or a host cannot be meant.
   */
  set(pool: string, entry: VaultEntry): Promise<"added" | "replaced">;
  /** Forgets a pool's credential; false when it had none. */
  remove(pool: string): Promise<boolean>;
}

/** The vault at a place. */
export function vaultFileAt(options: VaultFileOptions): VaultFile {
  const { file, identity: identityFile } = options;
  const parts: WaitingParts = { clock: options.clock ?? systemClock, random: options.random ?? systemRandom };

  const entries = async (): Promise<Map<string, VaultEntry>> => {
    const bytes = await readPrivateFile(file);
    if (bytes === undefined) return new Map();
    const identity = await readIdentity(identityFile);
    if (identity === undefined) {
      throw vaultUnusable(file, `what opens it, the identity ${identityFile}, is missing: put it back`);
    }
    const decoded = decodeContent(await decrypt(bytes, { identity, identityFile, file }));
    if (decoded) return decoded;
    throw vaultUnusable(file, "opens, but what it holds is not as this version of Bentham writes it");
  };

  const write = async (changed: ReadonlyMap<string, VaultEntry>): Promise<void> => {
    const identity = (await readIdentity(identityFile)) ?? (await makeIdentity(identityFile));
    const key: VaultKey = { identity, identityFile, file };
    await replacePrivateFile(file, await encrypt(encodeContent(changed), key));
  };

  return {
    file,
    entries,
    async set(pool, entry) {
      const checked = checkEntry(pool, entry);
      await makeFolders(file, identityFile);
      return withWriteLock(file, parts, async () => {
        const kept = await entries();
        const result = kept.has(pool) ? "replaced" : "added";
        await write(kept.set(pool, checked));
        return result;
      });
    },
    async remove(pool) {
      if (!(await entries()).has(pool)) return false; // Looked at first: where nothing is, no lock is made.
      return withWriteLock(file, parts, async () => {
        const kept = await entries();
        if (!kept.delete(pool)) return false;
        await write(kept);
        return true;
      });
    },
  };
}

async function makeFolders(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw fileRefused(file, "its folder cannot be made", error);
    }
  }
}
