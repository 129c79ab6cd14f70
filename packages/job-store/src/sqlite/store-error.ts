import { BenthamError, isBenthamError } from "@bentham/core";

/** Result codes of SQLite, https://www.sqlite.org/rescode.html; the low byte of an extended one. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** The extended code of a write that the file system refused. */
const IOERR_WRITE = 778;

/** Whether another connection holds the lock, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  const code = primaryCodeOf(error);
  return code === BUSY || code === LOCKED;
}

/** The error to tell of a failure of SQLite's or of the system's: what happened, to which file, and what to do. */
export function storeError(error: unknown, path: string): unknown {
  if (isBenthamError(error)) return error;
  if (isSystemError(error)) {
    if (error.code === "ENOSPC" || error.code === "EDQUOT")
      return told("DISK_FULL", "cannot be made: the disk is full");
    return told("STORE_UNAVAILABLE", `cannot be opened: ${error.message}`);
  }
  switch (primaryCodeOf(error)) {
    case BUSY:
    case LOCKED:
      return told("STORE_UNAVAILABLE", "is locked by another program: close that, and run the same command again");
    case READONLY:
      return told("STORE_UNAVAILABLE", "cannot be written: make it and its folder writable");
    case CANTOPEN:
      return told("STORE_UNAVAILABLE", "cannot be opened: check that its folder is there and writable");
    case CORRUPT:
      return told("STORE_CORRUPT", "is damaged; it was left as it is: restore it from a backup, or move it away");
    case NOTADB:
      return told("STORE_CORRUPT", "is not a database of Bentham's; it was left as it is: name another folder");
    case FULL:
      return told("DISK_FULL", "cannot grow: the disk is full. Free some space, and run the same command again");
    case IOERR:
      if (extendedCodeOf(error) === IOERR_WRITE) {
        return told("DISK_FULL", "could not be written to disk: free some space, and run the same command again");
      }
      return told("STORE_UNAVAILABLE", "could not be read or written: the disk reports an error");
    default:
      return error;
  }

  function told(code: "STORE_UNAVAILABLE" | "STORE_CORRUPT" | "DISK_FULL", what: string): BenthamError {
    return new BenthamError(code, `the store ${path} ${what}`, { cause: error });
  }
}

/** Whether an error is the operating system's, such as EPERM or EMFILE. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function primaryCodeOf(error: unknown): number | undefined {
  const code = extendedCodeOf(error);
  return code === undefined ? undefined : code & 0xff;
}

function extendedCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode : undefined;
}
