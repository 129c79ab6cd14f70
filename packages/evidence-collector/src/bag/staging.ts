import { randomUUID } from "node:crypto";
import { access, constants, mkdir, readdir, realpath, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { BenthamError, type Clock, hasEnded, processMark } from "@bentham/core";
import type { BagCopier } from "../store/bag-copier.ts";
import { makeFolderSynced } from "./synced-files.ts";

/** Where bags are staged, inside of the evidence folder: only within one file system is a rename one step. */
const STAGING = ".staging";

/** How long a folder is left alone whose process cannot be looked up, in milliseconds: a day. Sealing takes seconds. */
const PATIENCE = 86_400_000;

/** The evidence folder, ready for use. */
interface Ready {
  readonly root: string;
  readonly staging: string;
  readonly mark: string;
}

/**
 * Gives out folders to stage bags in. Each is named after its process, so that what a killed process left behind is
 * found, and removed, by the next one that seals a bag; what a living process stages is never touched.
 */
export class Staging {
  /** Copies what is stored to a second place. Undefined where there is none. */
  readonly copier: BagCopier | undefined;
  readonly #folder: string;
  readonly #clock: Clock;
  #ready: Promise<Ready> | undefined;

  /** @param folder The evidence folder. */
  constructor(folder: string, clock: Clock, copier?: BagCopier) {
    this.copier = copier;
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Makes an empty folder, for one bag. Gives its path, and that of the evidence folder without symbolic links. */
  async open(): Promise<{ readonly root: string; readonly staged: string }> {
    try {
      const { root, staging, mark } = await (this.#ready ??= this.#makeReady());
      const staged = join(staging, `${mark}-${randomUUID()}`);
      await mkdir(staged);
      return { root, staged };
    } catch (error) {
      this.#ready = undefined; // The disk may have room by the next time, or the folder be there again.
      throw error;
    }
  }

  async #makeReady(): Promise<Ready> {
    await makeFolderSynced(this.#folder);
    const root = await realpath(this.#folder);
    await access(root, constants.W_OK); // Making folders in one that is read-only, Node 24 says ENOENT.
    const staging = join(root, STAGING);
    await mkdir(staging, { recursive: true });
    if ((await realpath(staging)) !== staging) {
      throw new BenthamError("EVIDENCE_FAILED", `${STAGING} in the evidence folder is a link: remove it`);
    }
    await this.#sweep(staging);
    return { root, staging, mark: await processMark() };
  }

  /** Removes what nobody will rename any more. What cannot be looked at or removed stays: it must cost no evidence. */
  async #sweep(staging: string): Promise<void> {
    const names = await readdir(staging);
    await Promise.allSettled(names.map((name) => this.#removeAbandoned(join(staging, name))));
  }

  async #removeAbandoned(path: string): Promise<void> {
    const mark = basename(path).split("-", 3).join("-");
    const isAbandoned = (await hasEnded(mark)) ?? this.#clock.now() - (await stat(path)).mtimeMs > PATIENCE;
    if (isAbandoned) await rm(path, { recursive: true, force: true });
  }
}
