import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BenthamError, type Clock } from "@bentham/core";

/** How long a job waits for a profile that another process has, in milliseconds. */
const PATIENCE = 10_000;

/** How often it looks again, in milliseconds. */
const LOOK_EVERY = 100;

/** SQLITE_BUSY (https://www.sqlite.org/rescode.html#busy). */
const BUSY = 5;

/**
 * Takes the profile in `folder` for one browser. The lock is SQLite's on an empty file: the system takes it back when its
 * holder dies, however that happens. Closing it gives it back.
 *
 * @throws BenthamError NO_RESOURCE when somebody else has it for too long, BROWSER_LAUNCH_FAILED when there can be no lock, or
 *   the signal's reason.
 */
export async function lockProfile(folder: string, clock: Clock, signal?: AbortSignal): Promise<DatabaseSync> {
  const giveUpAt = clock.monotonic() + PATIENCE;
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryLock(folder);
    if (lock) return lock;
    if (clock.monotonic() >= giveUpAt) {
      throw new BenthamError("NO_RESOURCE", `the profile ${folder} was another job's for ${PATIENCE} ms`);
    }
    await clock.sleep(LOOK_EVERY, signal);
  }
}

function tryLock(folder: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, "lock"), { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && "errcode" in cause && cause.errcode === BUSY) return undefined;
    throw new BenthamError("BROWSER_LAUNCH_FAILED", `the profile ${folder} cannot be locked`, { cause });
  }
}
