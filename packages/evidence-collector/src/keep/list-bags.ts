import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BagProblem, readTombstone, TOMBSTONE_FILES, verifyBag } from "@bentham/verify";
import { codeOf } from "../bag/system-error.ts";
import { slug } from "../slug.ts";

/** A folder where a bag lies, or was. */
export interface ListedBag {
  /** From the evidence folder, with forward slashes. */
  readonly path: string;
  /**
   * - `sealed`: a bag that is whole, by its own manifests.
   * - `cut-short`: it has a tombstone, and files of it are left.
   * - `pruned`: its tombstone is all there is.
   * - `damaged`: a bag that is not whole, or a tombstone that cannot be relied on. It is left alone: under a tombstone, nobody
   *   would see any more that something had been changed.
   */
  readonly state: "sealed" | "cut-short" | "pruned" | "damaged";
  /** The bag's hash; empty for a damaged one. */
  readonly sha256: string;
  /** What would be gained without it, in bytes: that of a tombstone is not counted. */
  readonly bytes: number;
  /** The day it was sealed, as it says itself, such as `2026-11-30`. Absent where it does not. */
  readonly sealedOn?: string;
}

/** The roots of a run are no bags of attempts: they stay whatever becomes of those. */
const ROOT = /^root-\d{4,}$/;

/** The bags of a run's attempts, a job at a time. Follows no links. None where the run has no folder. */
export async function* listBags(folder: string, runId: string): AsyncIterable<ListedBag> {
  const run = slug(runId);
  for (const job of await foldersIn(join(folder, run))) {
    if (ROOT.test(job)) continue;
    for (const attempt of await foldersIn(join(folder, run, job))) yield await describe(folder, [run, job, attempt]);
  }
}

async function describe(folder: string, place: readonly string[]): Promise<ListedBag> {
  const bag = join(folder, ...place);
  const path = place.join("/");
  const stone = await readTombstone(bag);
  const bytes = await bytesIn(bag);
  if (stone) {
    const state = stone.problems.length > 0 ? "damaged" : bytes > 0 ? "cut-short" : "pruned";
    return { path, state, sha256: stone.bagSha256, bytes };
  }
  const { problems, sha256 } = await verifyBag(bag);
  if (sha256 === undefined || !problems.every(isOfStone)) return { path, state: "damaged", sha256: "", bytes };
  const info = await optional(readFile(join(bag, "bag-info.txt"), "utf8"));
  const sealedOn = info && /^Bagging-Date: (\d{4}-\d{2}-\d{2})$/m.exec(info)?.[1];
  return { path, state: "sealed", sha256, bytes, ...(sealedOn ? { sealedOn } : {}) };
}

/** Whether it is what a prune left that was killed while it wrote the tombstone: the next one does it again. */
function isOfStone({ kind, file }: BagProblem): boolean {
  return kind === "unlisted" && TOMBSTONE_FILES.some((name) => file === name || file.startsWith(`${name}.`));
}

/** Bytes of the files below a folder, without those of a tombstone. */
async function bytesIn(bag: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(bag, { recursive: true, withFileTypes: true })) {
    const isStone = entry.parentPath === bag && TOMBSTONE_FILES.includes(entry.name);
    if (!entry.isDirectory() && !isStone) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await optional(readdir(folder, { withFileTypes: true }));
  return (entries ?? [])
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}

async function optional<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
