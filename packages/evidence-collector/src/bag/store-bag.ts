import { lstat, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BenthamError } from "@bentham/core";
import type { Announcement } from "../store/waiting-bags.ts";
import type { Bag } from "./bag-files.ts";
import type { Staging } from "./staging.ts";
import { syncFolder, writeSynced } from "./synced-files.ts";
import { codeOf } from "./system-error.ts";

/** Where a bag belongs. Every part is one folder's name. */
export interface BagPlace {
  readonly run: string;
  readonly job: string;
  readonly attempt: string;
}

/** How a rename is refused because something is there: a folder with files in it, or what is no folder. */
export const TAKEN: ReadonlySet<string | undefined> = new Set(["ENOTEMPTY", "EEXIST", "ENOTDIR"]);

/** Most bags of one attempt number. */
const MOST_BAGS = 100_000;

/**
 * Stores a bag: staged, written through to the disk, then renamed into place in one step. A bag that is there already is
 * never touched: the new one goes beside it, as `<attempt>-2`, `<attempt>-3`, and so on.
 *
 * @returns its path in the evidence folder, with forward slashes.
 * @throws the error of the file system. Then nothing of the bag is left.
 */
export async function storeBag(staging: Staging, bag: Bag, place: BagPlace): Promise<string> {
  const { root, staged } = await staging.open();
  let whereabouts = staged;
  let copy: Announcement | undefined;
  try {
    await writeSynced(staged, bag.files);
    const run = await folderIn(root, place.run);
    const job = await folderIn(run, place.job);
    copy = await staging.copier?.announce([place.run, place.job, place.attempt].join("/"));
    const attempt = await moveInto(job, staged, place.attempt);
    whereabouts = join(job, attempt);
    // All of the way down: whoever made a folder above may not have written it through yet.
    await Promise.all([job, run, root].map((folder) => syncFolder(folder)));
    copy?.ready();
    return [place.run, place.job, attempt].join("/");
  } catch (error) {
    await rm(whereabouts, { recursive: true, force: true }).catch(() => undefined); // What is left of it is swept later.
    await copy?.withdraw().catch(() => undefined); // So is its note.
    throw error;
  }
}

/** The folder `name` in `parent`, made where it is missing. A link in its place could lead anywhere, and is refused. */
export async function folderIn(parent: string, name: string): Promise<string> {
  const folder = join(parent, name);
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  if ((await lstat(folder)).isDirectory()) return folder;
  throw new BenthamError("EVIDENCE_FAILED", `${name} in the evidence folder is no folder: move it away`);
}

async function moveInto(parent: string, staged: string, attempt: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? attempt : `${attempt}-${number}`;
    try {
      await rename(staged, join(parent, name));
      return name;
    } catch (error) {
      if (!TAKEN.has(codeOf(error)) || number === MOST_BAGS) throw error;
    }
  }
}

/** Whether a folder could be renamed: another one may be in its place. */
export async function moved(staged: string, place: string): Promise<boolean> {
  try {
    await rename(staged, place);
    return true;
  } catch (error) {
    if (TAKEN.has(codeOf(error))) return false;
    throw error;
  }
}
