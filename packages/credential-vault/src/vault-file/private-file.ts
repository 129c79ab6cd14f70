import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, link, lstat, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { isBenthamError } from "@bentham/core";
import { fileRefused, systemCodeOf, vaultUnusable } from "./vault-unusable.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Most bytes of a file that is read or replaced unless somebody says otherwise: room for thousands of keys. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a file that is this user's alone; nothing when there is none.
 *
 * @throws BenthamError CREDENTIAL_MISSING when it is a link or no plain file, belongs to somebody else, lets others in,
 *   or cannot be read.
 */
export async function readPrivateFile(path: string, mostBytes: number = MOST_BYTES): Promise<Buffer | undefined> {
  let handle: FileHandle;
  try {
    // Not blocking: a named pipe in its place would hold the command up before it is seen to be no file.
    handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP")
      throw vaultUnusable(path, "is a symbolic link, and none is followed: put the file itself there");
    throw fileRefused(path, "cannot be opened", error);
  }
  try {
    // The open file is looked at, not its name: what the name stands for could change in between.
    checkPrivate(path, await handle.stat(), mostBytes);
    await checkFolderOf(path);
    return await handle.readFile();
  } catch (error) {
    throw isBenthamError(error) ? error : fileRefused(path, "cannot be read", error);
  } finally {
    await handle.close();
  }
}

/**
 * Tells one state of the file at `path` from the next without reading it: which file it is, its size, and when anything
 * about it was last changed. A new file put in its place, a byte written and a changed mode all give another mark.
 */
export async function markOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await lstat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
  } catch (error) {
    return systemCodeOf(error) ?? "unknown"; // Reading it will tell what is wrong.
  }
}

/** When what is at `path` was last written, in milliseconds since the Unix epoch; nothing when there is nothing. */
export async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await lstat(path)).mtime.getTime();
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return undefined;
    throw fileRefused(path, "cannot be looked at", error);
  }
}

/**
 * Looks whether a folder is this user's alone.
 *
 * @throws BenthamError CREDENTIAL_MISSING when it is not.
 */
export async function checkPrivateFolder(path: string): Promise<void> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw vaultUnusable(path, "is no folder, and no link is followed");
  checkOwn(path, stats, "700");
}

/** Whoever may write a folder may put another file, one of this user's own too, in a file's place, or take it away. */
async function checkFolderOf(path: string): Promise<void> {
  const folder = dirname(path);
  const { mode } = await stat(folder);
  if ((mode & 0o002) === 0 || (mode & 0o1000) !== 0) return; // Where it is sticky, as /tmp is, only names of one's own can be taken.
  throw vaultUnusable(path, `its folder lets every user of the machine put other files there: chmod o-w ${folder}`);
}

function checkPrivate(path: string, stats: Stats, mostBytes: number): void {
  if (!stats.isFile()) throw vaultUnusable(path, "is no plain file");
  checkOwn(path, stats, "600");
  if (stats.size > mostBytes) throw vaultUnusable(path, `is larger than ${mostBytes} bytes, as it should never be`);
}

function checkOwn(path: string, stats: Stats, mode: string): void {
  const user = process.geteuid?.();
  if (user !== undefined && stats.uid !== user) {
    throw vaultUnusable(path, `belongs to user ${stats.uid}, and this is user ${user}: it must be your own`);
  }
  if ((stats.mode & 0o077) !== 0) {
    const found = (stats.mode & 0o7777).toString(8).padStart(4, "0");
    throw vaultUnusable(path, `its mode ${found} lets others in: chmod ${mode} ${path}`);
  }
}

/**
 * Puts `bytes` in the place of the file at `path`, or makes it, for this user alone, so that there is always either the
 * old or the new file, whole, also after a power failure. Only for whoever holds the file's write lock.
 *
 * @throws BenthamError DISK_FULL, or CREDENTIAL_MISSING when it cannot be written; the file is as it was then.
 */
export async function replacePrivateFile(
  path: string,
  bytes: Uint8Array,
  mostBytes: number = MOST_BYTES,
): Promise<void> {
  // What could be written but not read again would shut everything else in it away.
  if (bytes.length > mostBytes) throw vaultUnusable(path, `would be larger than ${mostBytes} bytes`);
  const next = `${path}.new`;
  try {
    await rm(next, { force: true }); // A writer that did not come to its end may have left it.
    await writeNewFile(next, bytes);
    await rename(next, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw fileRefused(path, "cannot be written", error);
  }
}

/**
 * Makes the file at `path`, for this user alone, whole or not at all; false where there is something already.
 *
 * @throws BenthamError DISK_FULL, or CREDENTIAL_MISSING when it cannot be made.
 */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  const next = `${path}.${randomUUID()}.new`; // Others may be making it, too.
  try {
    await writeNewFile(next, text);
    await link(next, path); // Unlike a rename, it takes nothing's place.
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (systemCodeOf(error) === "EEXIST") return false;
    throw fileRefused(path, "cannot be made", error);
  } finally {
    await rm(next, { force: true });
  }
}

async function writeNewFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in `folder` last. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
