import { randomUUID } from "node:crypto";
import { lstat, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, hasEnded, processMark } from "@bentham/core";
import { TOMBSTONE } from "@bentham/verify";
import { makeFolderSynced, writeSynced } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";

/** Where notes lie of what is to be copied, inside of the evidence folder. */
const WAITING = ".waiting";

/** How long a note is left to its process where nobody can say whether that lives, in milliseconds: an hour. */
const PATIENCE = 3_600_000;

/** Bags that are to be copied. */
export interface WaitingNote {
  /** The name of the note. */
  readonly file: string;
  /** Paths in the evidence folder. Usually one: others are of the same attempt. */
  readonly bags: readonly string[];
}

/** A note of this process, whose bag is not in its place yet. */
export interface Announcement {
  /** The bag is in its place. */
  ready(): void;
  /** It will never be. */
  withdraw(): Promise<void>;
}

/**
 * Notes of what is to be copied: small files, each written through before its bag is renamed into place, so that no bag is
 * ever forgotten, whenever its process is killed. Each is named after its process, whose task it is until it has ended.
 */
export class WaitingBags {
  readonly #root: string;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #mark = processMark();
  /** Names of this process's notes whose bags are not in their places yet. */
  readonly #announced = new Set<string>();

  /** @param root The evidence folder. */
  constructor(root: string, clock: Clock) {
    this.#root = root;
    this.#folder = join(root, WAITING);
    this.#clock = clock;
  }

  async announce(path: string, onReady: () => void): Promise<Announcement> {
    const name = `${await this.#mark}-${randomUUID()}`;
    this.#announced.add(name);
    try {
      await makeFolderSynced(this.#folder);
      await writeSynced(this.#folder, [{ path: name, bytes: Buffer.from(`${path}\n`) }]);
    } catch (error) {
      await this.#remove(name);
      throw error;
    }
    return {
      ready: () => {
        this.#announced.delete(name);
        onReady();
      },
      withdraw: () => this.#remove(name),
    };
  }

  /** The notes that are this process's to see to: its own, and those that nobody else will. Their bags are in their places. */
  async mine(): Promise<WaitingNote[]> {
    const notes: WaitingNote[] = [];
    for (const file of (await namesIn(this.#folder)).toSorted()) {
      if (this.#announced.has(file) || !(await this.#isMine(file))) continue;
      const text = await readFile(join(this.#folder, file), "utf8").catch(() => ""); // Another one has just removed it.
      const path = /^([^\n]+)\n$/.exec(text)?.[1];
      const bags = path === undefined ? [] : await this.#bagsAt(path);
      if (bags.length > 0) notes.push({ file, bags });
      else await this.#remove(file); // Its process was killed before the bag was in its place.
    }
    return notes;
  }

  async remove({ file }: WaitingNote): Promise<void> {
    await this.#remove(file);
  }

  /** Not through to the disk: a note too many costs a look. */
  async #remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
    this.#announced.delete(name);
  }

  /** The bag at a path, and those that were put beside it as its place was taken; what was pruned is copied no more. */
  async #bagsAt(path: string): Promise<string[]> {
    const bags: string[] = [];
    for (let [number, bag] = [1, path]; await isFolder(join(this.#root, bag)); bag = `${path}-${++number}`) {
      if (!(await isThere(join(this.#root, bag, `${TOMBSTONE}.json`)))) bags.push(bag);
    }
    return bags;
  }

  async #isMine(name: string): Promise<boolean> {
    const mark = name.split("-", 3).join("-");
    if (mark === (await this.#mark)) return true;
    return (await hasEnded(mark)) ?? (await this.#ageOf(name)) > PATIENCE;
  }

  /** In milliseconds; 0 for what is not there any more. */
  async #ageOf(name: string): Promise<number> {
    return stat(join(this.#folder, name)).then(
      ({ mtimeMs }) => this.#clock.now() - mtimeMs,
      () => 0,
    );
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
