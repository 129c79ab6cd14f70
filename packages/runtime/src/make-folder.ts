import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { BenthamError, type ErrorCode } from "@bentham/core";

/**
 * Makes a folder, and those above it, for this user alone; one that is there stays as it is. One at a time: asked for all of them at once, Node 24 never
 * ends where the system has no such folders to make, as in /proc.
 *
 * @throws BenthamError `code` when it cannot be made, or is no folder.
 */
export async function makeFolder(folder: string, code: ErrorCode): Promise<void> {
  try {
    await makeOne(folder);
    if ((await stat(folder)).isDirectory()) return;
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new BenthamError(code, `the folder ${folder} cannot be made${reason}: name another, or make room for it`, {
      cause,
    });
  }
  throw new BenthamError(code, `${folder} is no folder: move it away, or name another`);
}

/**
 * Sees that this user can put something into a folder.
 *
 * @throws BenthamError `code` when not.
 */
export async function checkWritable(folder: string, code: ErrorCode): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    throw new BenthamError(code, `the folder ${folder} cannot be written${reason}: make it writable`, { cause });
  }
}

async function makeOne(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : undefined;
    if (reason === "EEXIST") return;
    const parent = dirname(folder);
    if (reason !== "ENOENT" || parent === folder || (await exists(parent))) throw error;
    await makeOne(parent);
    await mkdir(folder, { mode: 0o700 });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false; // Whatever keeps it from being looked at, making it tells.
  }
}
