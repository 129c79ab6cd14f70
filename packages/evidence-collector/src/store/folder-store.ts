import { copyFile, link, lstat, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { BenthamError, type Clock, type EvidenceStore, type StoredBag, systemClock } from "@bentham/core";
import { Staging } from "../bag/staging.ts";
import { folderIn, moved } from "../bag/store-bag.ts";
import { syncFolder } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";
import { digestOfFile, filesOfBag, readFileFrom } from "./bag-on-disk.ts";
import { EvidenceStoreError, takenBy } from "./evidence-store-error.ts";
import { groupBags, LAST_FILE, type ListedFile } from "./group-bags.ts";

/** Options of {@link createFolderStore}. */
export interface FolderStoreOptions {
  /** It must be there: where a disk should be mounted and is not, nothing is written in its place. */
  readonly folder: string;
  /** @default the real clock */
  readonly clock?: Clock;
}

/** What a file system says when there is no room. */
const FULL: ReadonlySet<string | undefined> = new Set(["ENOSPC", "EDQUOT"]);

/**
 * A store in a folder of this machine or of a share: a bag is staged there, written through, and renamed into its place.
 *
 * @throws BenthamError CONFIG_INVALID when the folder has no name.
 */
export function createFolderStore({ folder, clock = systemClock }: FolderStoreOptions): EvidenceStore {
  if (folder === "") throw new BenthamError("CONFIG_INVALID", "folder must name a folder, and is empty");
  return new FolderStore(resolve(folder), clock);
}

class FolderStore implements EvidenceStore {
  readonly name: string;
  readonly #folder: string;
  readonly #staging: Staging;

  constructor(folder: string, clock: Clock) {
    this.name = folder;
    this.#folder = folder;
    this.#staging = new Staging(folder, clock);
  }

  async check(): Promise<void> {
    const isThere = await stat(this.#folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isThere) return;
    throw new EvidenceStoreError("away", `${this.#folder} is no folder that is there: make it, or mount what it is on`);
  }

  async put(folder: string, bag: string, signal?: AbortSignal): Promise<void> {
    await this.check();
    const { root, staged } = await this.#staging.open().catch((error: unknown) => {
      throw this.#troubleOf(error, bag);
    });
    try {
      const place = await this.#placeOf(root, bag);
      if (!(await exists(place))) {
        for (const file of await filesOfBag(folder)) await copySynced(join(folder, file), join(staged, file), signal);
        await syncFolders(staged, await filesOfBag(staged));
        if (await moved(staged, place)) return await syncUpwards(place, root);
      }
      await this.#complete(folder, place, bag, staged, signal);
    } catch (error) {
      throw this.#troubleOf(error, bag);
    } finally {
      await rm(staged, { recursive: true, force: true }).catch(() => undefined); // What is left of it is swept later.
    }
  }

  bags(run?: string): AsyncIterable<StoredBag> {
    return groupBags(filesBelow(this.#folder, run ?? ""));
  }

  async *read(bag: string, file: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    try {
      yield* readFileFrom(join(this.#folder, bag, file), signal);
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      throw new EvidenceStoreError("missing", `${bag}/${file} is not in ${this.name}`, { cause: error });
    }
  }

  async remove(bag: string): Promise<void> {
    const place = join(this.#folder, bag);
    await rm(join(place, LAST_FILE), { force: true });
    await rm(place, { recursive: true, force: true });
  }

  /** The bag's place, in folders that are there. */
  async #placeOf(root: string, bag: string): Promise<string> {
    const parts = bag.split("/");
    let parent = root;
    for (const part of parts.slice(0, -1)) parent = await folderIn(parent, part);
    return join(parent, parts.at(-1) ?? "");
  }

  /** Compares what is there, and adds what is not. */
  async #complete(folder: string, place: string, bag: string, staged: string, signal?: AbortSignal): Promise<void> {
    for (const [index, file] of (await filesOfBag(folder)).entries()) {
      const [from, to] = [join(folder, file), join(place, file)];
      if (!(await exists(to))) {
        const part = join(staged, `part-${index}`);
        await copySynced(from, part, signal);
        await mkdir(dirname(to), { recursive: true });
        await linked(part, to);
        await syncFolder(dirname(to));
      }
      const [one, other] = [await digestOfFile(from, signal), await digestOfFile(to, signal)];
      if (!one.equals(other)) throw takenBy(`${bag}/${file}`, this.name);
    }
  }

  #troubleOf(error: unknown, bag: string): unknown {
    const code = codeOf(error);
    if (FULL.has(code)) {
      return new EvidenceStoreError("full", `${this.name} has no room for ${bag} (${code}): make some`, {
        cause: error,
      });
    }
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
      return new EvidenceStoreError(
        "refused",
        `${this.name} may not be written to (${code}): let this user write there`,
        {
          cause: error,
        },
      );
    }
    return error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function copySynced(from: string, to: string, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  const handle = await open(to, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a file its name unless something has it: a rename would write over that. */
async function linked(part: string, to: string): Promise<void> {
  try {
    await link(part, to);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error; // Whether it is the same is looked at in any case.
  }
}

async function syncFolders(folder: string, files: readonly string[]): Promise<void> {
  const folders = new Set(files.map((file) => dirname(join(folder, file)))).add(folder);
  for (const inner of folders) await syncFolder(inner);
}

async function syncUpwards(place: string, root: string): Promise<void> {
  for (let folder = dirname(place); folder.length >= root.length; folder = dirname(folder)) await syncFolder(folder);
}

/** Every plain file below `root/path`, bag by bag, in the order of their names. Names with a dot in front are none of ours. */
async function* filesBelow(root: string, path: string): AsyncIterable<ListedFile> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (path === "" && entry.name.startsWith(".")) continue;
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(root, inner);
    else if (entry.isFile()) {
      const { size, mtimeMs } = await stat(join(root, inner));
      yield { path: inner, bytes: size, changedAt: mtimeMs };
    }
  }
}
