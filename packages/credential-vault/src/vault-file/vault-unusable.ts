import { BenthamError } from "@bentham/core";

/**
 * The error for a vault that gives no credential as it stands. What stands in the vault or in its identity is never part
 * of it, and so is no cause that could quote them.
 */
export function vaultUnusable(file: string, why: string, cause?: unknown): BenthamError {
  return new BenthamError("CREDENTIAL_MISSING", `${file}: ${why}`, cause === undefined ? {} : { cause });
}

/** The error for what the file system refused to do with `file`. */
export function fileRefused(file: string, what: string, error: unknown): BenthamError {
  const code = systemCodeOf(error) ?? "unknown error";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new BenthamError("DISK_FULL", `${file}: ${what}: the disk is full; it is as it was`, { cause: error });
  }
  return vaultUnusable(file, `${what} (${code})`, error);
}

/** The system's name of an error, such as ENOENT. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
