import { createHash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  BenthamError,
  canonicalJson,
  type Json,
  type LocationId,
  type Secret,
  systemClock,
  systemRandom,
} from "@bentham/core";
import { valueOf } from "../credential/material-form.ts";
import type { StoredCredential } from "../credential/stored-credential.ts";
import { decrypt, encrypt, type VaultKey } from "../vault-file/encryption.ts";
import { readIdentity } from "../vault-file/identity-file.ts";
import {
  checkPrivateFolder,
  changedAt,
  markOf,
  readPrivateFile,
  replacePrivateFile,
} from "../vault-file/private-file.ts";
import { fileRefused, systemCodeOf, vaultUnusable } from "../vault-file/vault-unusable.ts";
import { type WaitingParts, withWriteLock } from "../vault-file/write-lock.ts";
import { decodeState, encodeState, type SavedState } from "./state-content.ts";

/** Most bytes of a saved state: what pages keep in IndexedDB goes into it. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Where saved states are, and what opens them. */
export interface SavedStatesOptions extends Partial<WaitingParts> {
  /** Their folder, such as `.bentham/sessions`; made when the first is saved. */
  readonly folder: string;
  /** The file of the age identity that they are encrypted for, such as `.bentham/identity.txt`. */
  readonly identity: string;
}

/**
 * What browsers had of accounts when they were last saved, each in a file of its own, encrypted with age. A state is of one
 * account at one location, as a login that is seen to come from two is taken for a stolen one. When a credential is another account's, or has cookies of a later login, nothing is saved of it.
 *
 * What is there and cannot be used as it stands (not private to this user, cut off, changed, of another identity) is
 * CREDENTIAL_MISSING, and is left as it is.
 */
export interface SavedStates {
  /** Whether there is an identity, without which nothing can be saved. */
  canSave(): Promise<boolean>;
  /** What was saved of an account last; nothing where nothing was. */
  read(pool: string, credential: StoredCredential, location: LocationId): Promise<SavedState | undefined>;
  /**
   * Saves a state in place of what was saved of the account there before.
   *
   * @throws BenthamError CREDENTIAL_MISSING when there is no identity, INTERNAL when it is no storage state, DISK_FULL. What
   *   was saved before is still there then.
   */
  save(pool: string, credential: StoredCredential, state: Secret, location: LocationId): Promise<void>;
  /** When a state was saved last, at whichever location, in milliseconds since the Unix epoch, without opening it. */
  savedAt(pool: string, id: string): Promise<number | undefined>;
  /** Removes what was saved, at every location. */
  remove(pool: string, id: string): Promise<void>;
}

/** The saved states at a place. */
export function savedStatesAt(options: SavedStatesOptions): SavedStates {
  const { folder, identity: identityFile } = options;
  const parts: WaitingParts = { clock: options.clock ?? systemClock, random: options.random ?? systemRandom };
  /** What was read last, so that it is opened once, and whoever scrubs by its secrets prepares each of them once. */
  const opened = new Map<string, { readonly mark: string; readonly state: SavedState | undefined }>();

  const fileOf = (pool: string, id: string, location: LocationId): string =>
    join(folder, `${beginningOf(pool, id)}${digest(location).slice(0, 16)}.age`);
  const filesOf = async (pool: string, id: string): Promise<string[]> => {
    const names = await namesIn(folder);
    return names.filter((name) => name.startsWith(beginningOf(pool, id))).map((name) => join(folder, name));
  };
  const keyOf = async (file: string): Promise<VaultKey> => {
    const identity = await readIdentity(identityFile);
    if (identity) {
      const remedy = "restore it, or move it away: then the account starts with what the vault has of it";
      return { identity, identityFile, file, remedy };
    }
    const why = `what opens it, the identity ${identityFile}, is missing: put it back, or make one with \`age-keygen -o\``;
    throw vaultUnusable(file, why);
  };

  return {
    canSave: async () => (await readIdentity(identityFile)) !== undefined,
    async read(pool, credential, location) {
      const file = fileOf(pool, credential.id, location);
      const mark = `${await markOf(file)}, ${await markOf(identityFile)}, ${accountOf(credential)}`;
      const before = opened.get(file);
      if (before?.mark === mark) return before.state;
      const bytes = await readPrivateFile(file, MOST_BYTES);
      if (bytes === undefined) return undefined;
      await checkPrivateFolder(folder);
      const decoded = decodeState(await decrypt(bytes, await keyOf(file)), before?.state);
      if (decoded === undefined) throw vaultUnusable(file, "opens, but is not as this version of Bentham writes it");
      const isOfAccount = decoded.of === nameOf(pool, credential, location);
      const state = isOfAccount ? decoded.state : undefined;
      opened.set(file, { mark, state });
      return state;
    },
    async save(pool, credential, state, location) {
      const file = fileOf(pool, credential.id, location);
      const text = encodeState(nameOf(pool, credential, location), state);
      if (text === undefined)
        throw new BenthamError("INTERNAL", "what was to be saved of an account is no storage state");
      const bytes = await encrypt(text, await keyOf(file));
      await makePrivateFolder(folder);
      await withWriteLock(join(folder, "all"), parts, () => replacePrivateFile(file, bytes, MOST_BYTES));
    },
    async savedAt(pool, id) {
      const times = await Promise.all((await filesOf(pool, id)).map((file) => changedAt(file)));
      const known = times.filter((time) => time !== undefined);
      return known.length === 0 ? undefined : Math.max(...known);
    },
    async remove(pool, id) {
      for (const file of await filesOf(pool, id)) {
        opened.delete(file);
        try {
          await rm(file, { force: true });
        } catch (error) {
          throw fileRefused(file, "cannot be removed", error);
        }
      }
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return [];
    throw fileRefused(folder, "cannot be looked at", error);
  }
}

async function makePrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileRefused(folder, "cannot be made", error);
  }
  await checkPrivateFolder(folder);
}

/**
 * How the names of an account's files begin: first with what people know it by, then with what tells it from every other one
 * where upper and lower case are one.
 */
function beginningOf(pool: string, id: string): string {
  return `${pool}.${id}`.toLowerCase().replace(/[^a-z0-9.-]/g, "-") + `.${digest([pool, id]).slice(0, 16)}.`;
}

/** Tells of whom a state is, and where; it stands inside, so that no file can be put in another's place. */
function nameOf(pool: string, credential: StoredCredential, location: LocationId): string {
  return digest([pool, credential.id, accountOf(credential), location]);
}

/** Tells one account from another: another password is the same account, other cookies are another login. */
export function accountOf({ material }: StoredCredential): string {
  const value = material.type === "user-password" ? material.username.reveal() : valueOf(material);
  return digest([material.type, value]);
}

function digest(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
