import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock, systemRandom } from "@bentham/core";
import { decrypt, encrypt, type VaultKey } from "./encryption.ts";
import { makeIdentity, readIdentity } from "./identity-file.ts";
import { markOf, readPrivateFile, replacePrivateFile } from "./private-file.ts";
import { decodeContent, encodeContent, type VaultPools } from "./vault-content.ts";
import { checkCredential, type StoredCredential } from "../credential/stored-credential.ts";
import { accountOf, type SavedStates, savedStatesAt } from "../saved-state/saved-states.ts";
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
  /** Every credential, in the order of the pools' names and as they were added; none when there is no vault. */
  pools(): Promise<VaultPools>;
  /** The same, but nothing when there is no vault: one that was there may be away for a moment. */
  poolsIfThere(): Promise<VaultPools | undefined>;
  /** Tells one state of vault and identity from the next, without reading them. */
  mark(): Promise<string>;
  /**
   * Keeps a credential, in place of the one of its id that the pool had; what was saved of that is removed if it was another
   * account's. Makes vault and identity where they are missing.
   *
   * @throws BenthamError CONFIG_INVALID when a name, the value or a host cannot be meant.
   */
  set(pool: string, credential: StoredCredential): Promise<"added" | "replaced">;
  /** Makes the identity where there is none, so that something can be saved. */
  makeIdentity(): Promise<void>;
  /** What browsers had of its accounts, in the folder `sessions` beside it, for the same identity. */
  readonly states: SavedStates;
  /** Forgets a pool's credential of that id, or all of them, and what was saved of it; false when there was none. */
  remove(pool: string, id?: string): Promise<boolean>;
}

/** The vault at a place. */
export function vaultFileAt(options: VaultFileOptions): VaultFile {
  const { file, identity: identityFile } = options;
  const parts: WaitingParts = { clock: options.clock ?? systemClock, random: options.random ?? systemRandom };

  const states = savedStatesAt({ ...parts, folder: join(dirname(file), "sessions"), identity: identityFile });

  const poolsIfThere = async (): Promise<Map<string, StoredCredential[]> | undefined> => {
    const bytes = await readPrivateFile(file);
    if (bytes === undefined) return undefined;
    const identity = await readIdentity(identityFile);
    if (identity === undefined) {
      throw vaultUnusable(file, `what opens it, the identity ${identityFile}, is missing: put it back`);
    }
    const decoded = decodeContent(await decrypt(bytes, { identity, identityFile, file }));
    if (decoded) return decoded;
    throw vaultUnusable(file, "opens, but what it holds is not as this version of Bentham writes it");
  };

  const pools = async (): Promise<Map<string, StoredCredential[]>> => (await poolsIfThere()) ?? new Map();

  const write = async (changed: VaultPools): Promise<void> => {
    const identity = (await readIdentity(identityFile)) ?? (await makeIdentity(identityFile));
    const key: VaultKey = { identity, identityFile, file };
    await replacePrivateFile(file, await encrypt(encodeContent(changed), key));
  };

  return {
    file,
    states,
    pools,
    poolsIfThere,
    async makeIdentity() {
      await makeFolders(identityFile);
      if ((await readIdentity(identityFile)) === undefined) await makeIdentity(identityFile);
    },
    mark: async () => `${await markOf(file)}, ${await markOf(identityFile)}`,
    async set(pool, credential) {
      const checked = checkCredential(pool, credential);
      await makeFolders(file, identityFile);
      return withWriteLock(file, parts, async () => {
        const kept = await pools();
        const before = kept.get(pool) ?? [];
        const at = before.findIndex(({ id }) => id === checked.id);
        const replaced = before[at];
        await write(kept.set(pool, replaced ? before.with(at, checked) : [...before, checked]));
        if (replaced && accountOf(replaced) !== accountOf(checked)) await states.remove(pool, checked.id);
        return at === -1 ? "added" : "replaced";
      });
    },
    async remove(pool, id) {
      if (!has(await pools(), pool, id)) return false; // Looked at first: where nothing is, no lock is made.
      return withWriteLock(file, parts, async () => {
        const kept = await pools();
        if (!has(kept, pool, id)) return false;
        const before = kept.get(pool) ?? [];
        const left = id === undefined ? [] : before.filter((one) => one.id !== id);
        // First: what was saved of a credential that is gone could not be found any more.
        for (const gone of before) if (!left.includes(gone)) await states.remove(pool, gone.id);
        if (left.length > 0) kept.set(pool, left);
        else kept.delete(pool);
        await write(kept);
        return true;
      });
    },
  };
}

function has(pools: VaultPools, pool: string, id: string | undefined): boolean {
  return (pools.get(pool) ?? []).some((one) => id === undefined || one.id === id);
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
