import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { readSignedStatement } from "@bentham/verify";
import { folderIn } from "../bag/store-bag.ts";
import { makeFolderSynced, syncFolder } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";
import type { SigningKey } from "../prove/signing-key.ts";
import { slug } from "../slug.ts";
import { writeStatement } from "./write-statement.ts";

/** What a run's folder says of its being held. */
export interface Hold {
  readonly state: "held" | "released";
  readonly reason: string;
  /** When it was said, in ISO 8601. */
  readonly at: string;
}

const HOLD = "hold";

/**
 * Says in the folder of a run, signed, that it is held, or is no longer: so the hold lasts where the store is lost.
 *
 * @throws the error of the file system.
 */
export async function writeHold(folder: string, runId: string, hold: Hold, key: SigningKey): Promise<void> {
  await makeFolderSynced(folder);
  const run = await folderIn(folder, slug(runId));
  await syncFolder(folder);
  await writeStatement(run, HOLD, { format: "bentham-hold/1", runId, ...hold }, key);
}

/**
 * What the folder of a run says of its being held; undefined where it says nothing. What cannot be read, or is not signed,
 * or is of another run, holds the run: only a good release releases.
 */
export async function readHold(folder: string, runId: string): Promise<Hold | undefined> {
  const run = join(folder, slug(runId));
  if (!(await isThere(join(run, "hold.json")))) return undefined;
  const found = await readSignedStatement(run, HOLD);
  const { state, reason, at, runId: of } = found?.members ?? {};
  const isGood = found?.problems.length === 0 && of === runId;
  return {
    state: isGood && state === "released" ? "released" : "held",
    reason: isGood && typeof reason === "string" ? reason : "what hold.json says cannot be relied on",
    at: isGood && typeof at === "string" ? at : "",
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw error;
  }
}
