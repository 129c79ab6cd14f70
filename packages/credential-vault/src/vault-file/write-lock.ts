import { DatabaseSync } from "node:sqlite";
import type { Clock, Random } from "@bentham/core";
import { vaultUnusable } from "./vault-unusable.ts";

/** How long to wait for another writer, who needs a few milliseconds, before telling of it. In milliseconds. */
const LONGEST_WAIT = 10_000;

/** How long to wait between two looks, at least and at most, in milliseconds. */
const LOOK_AGAIN = { min: 5, max: 25 } as const;

/** SQLITE_BUSY (https://www.sqlite.org/rescode.html#busy). */
const BUSY = 5;

/** Where waiting takes its time and its chance from. */
export interface WaitingParts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Runs `work` while no other process, and nothing else in this one, holds the write lock of `file`.
 *
 * The lock is SQLite's on an empty database beside the file. The system gives it back when its holder dies, however that
 * happens; a file that names its holder would have to be taken from the dead, and two who do that at once both have it.
 *
 * @throws BenthamError CREDENTIAL_MISSING when the lock cannot be had.
 */
export async function withWriteLock<Value>(
  file: string,
  parts: WaitingParts,
  work: () => Promise<Value>,
): Promise<Value> {
  // Closing it gives the lock back; nothing is ever written, so it stays empty.
  using lock = await takeLock(file, parts);
  void lock;
  return await work();
}

async function takeLock(file: string, { clock, random }: WaitingParts): Promise<DatabaseSync> {
  const giveUpAt = clock.monotonic() + LONGEST_WAIT;
  for (;;) {
    const lock = tryLock(file);
    if (lock) return lock;
    if (clock.monotonic() >= giveUpAt) {
      throw vaultUnusable(
        file,
        `another process has been writing for ${LONGEST_WAIT / 1000} s; try again when it is done`,
      );
    }
    await clock.sleep(LOOK_AGAIN.min + random() * (LOOK_AGAIN.max - LOOK_AGAIN.min));
  }
}

/** The lock, held; nothing when somebody else holds it. */
function tryLock(file: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(`${file}.lock`, { timeout: 0 });
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE"); // A full disk has no room for a journal.
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof Error && "errcode" in error && error.errcode === BUSY) return undefined;
    throw vaultUnusable(file, `its lock ${file}.lock cannot be taken: may you write in that folder?`, error);
  }
}
