import { link, lstat, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { BenthamError, type Clock, systemClock } from "@bentham/core";
import type { TimeStamp } from "@bentham/verify";
import { Staging } from "../bag/staging.ts";
import { syncFolder, writeSynced } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";
import type { BagCopier } from "../store/bag-copier.ts";
import { sha256 } from "../sha256.ts";
import { nameOf } from "./seal-run.ts";
import type { TimeStamper } from "./time-stamper.ts";

const TAG_MANIFEST = "tagmanifest-sha256.txt";
const TIME_STAMP = `${TAG_MANIFEST}.tsr`;
const CHAIN = "tsa-chain.pem";

/** A root that a stamp is for. */
export interface RootPlace {
  /** The evidence folder. */
  readonly folder: string;
  /** The run's folder in it. */
  readonly folderName: string;
  readonly number: number;
}

/**
 * How a root stands with its time stamp: it was sealed to have none, waits for it, has it, or is not there to be looked at.
 *
 * @throws the error of the file system, when the root is there and cannot be read.
 */
export async function stampStateOf(place: RootPlace): Promise<"none" | "waiting" | "stamped" | "missing"> {
  const root = folderOf(place);
  try {
    const statement: unknown = JSON.parse(await readFile(join(root, "data", "root.json"), "utf8"));
    const isExpected = typeof statement === "object" && statement !== null && "timestamp" in statement;
    if (!isExpected || statement.timestamp !== "expected") return "none";
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return "missing";
    throw error;
  }
  return (await isThere(join(root, TIME_STAMP))) && (await isThere(join(root, CHAIN))) ? "stamped" : "waiting";
}

/** How a root is stamped. */
export interface StampRootOptions {
  /** SHA-256 (hex) of its tag manifest, where it is known: nothing else is stamped. */
  readonly expected?: string | undefined;
  /** Copies the stamp to where the root was copied. @default there is no such place */
  readonly copier?: BagCopier | undefined;
  /** @default the real clock */
  readonly clock?: Clock;
}

/**
 * Gives a root its time stamp, and the chain of the authority beside it. A good one that is there already stays, and is
 * completed when its process was killed halfway; of two processes at once, one's stays.
 *
 * @returns SHA-256 (hex) of the stamp.
 * @throws BenthamError EVIDENCE_FAILED when the authority gives none, or the root is not as expected; the file system's error; or the signal's
 *   reason. Then the root is as it was.
 */
export async function stampRoot(
  place: RootPlace,
  stamper: TimeStamper,
  signal: AbortSignal,
  options: StampRootOptions = {},
): Promise<string> {
  const { expected, copier, clock = systemClock } = options;
  const root = folderOf(place);
  const bytes = await readFile(join(root, TAG_MANIFEST));
  if (expected !== undefined && sha256(bytes) !== expected) {
    const name = `${place.folderName}/${nameOf(place.number)}`;
    throw new BenthamError(
      "EVIDENCE_FAILED",
      `${name} is not as it was sealed, and gets no time stamp: \`bentham verify\` it`,
    );
  }
  const { staged } = await new Staging(place.folder, clock).open();
  try {
    const kept = await keptStamp(root, bytes, stamper);
    const { response, timeStamp } = kept ?? (await stamper.stamp(bytes, signal));
    await writeSynced(staged, [
      { path: TIME_STAMP, bytes: response },
      { path: CHAIN, bytes: Buffer.from(timeStamp.chain) },
    ]);
    const copy = await copier?.announce(`${place.folderName}/${nameOf(place.number)}`);
    try {
      if (!kept && !(await placed(join(staged, TIME_STAMP), join(root, TIME_STAMP)))) {
        if (await keptStamp(root, bytes, stamper)) {
          await copy?.withdraw();
          return await stampRoot(place, stamper, signal, options);
        }
        await rename(join(staged, TIME_STAMP), join(root, TIME_STAMP)); // What lay there was no stamp of this root.
      }
      await rename(join(staged, CHAIN), join(root, CHAIN));
      await syncFolder(root);
    } catch (error) {
      await copy?.withdraw().catch(() => undefined); // Its note is swept later.
      throw error;
    }
    copy?.ready();
    return sha256(response);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** The stamp that a root has already, if it is good. */
async function keptStamp(
  root: string,
  bytes: Buffer,
  stamper: TimeStamper,
): Promise<{ readonly response: Buffer; readonly timeStamp: TimeStamp } | undefined> {
  if (!(await isThere(join(root, TIME_STAMP)))) return undefined;
  const response = await readFile(join(root, TIME_STAMP));
  const timeStamp = await stamper.check(response, bytes);
  return timeStamp && { response, timeStamp };
}

/** Puts a file where none is: whole or not at all, and by one process alone. */
async function placed(staged: string, place: string): Promise<boolean> {
  try {
    await link(staged, place);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function folderOf({ folder, folderName, number }: RootPlace): string {
  return join(folder, folderName, nameOf(number));
}
