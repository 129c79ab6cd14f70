import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { LAST_FILE } from "./group-bags.ts";

/** What names every file of a bag's payload: two bags that have it alike have the same payload. */
const FIRST_FILE = "manifest-sha256.txt";

/**
 * The files of a bag on this machine, relative to it, in the order in which they are copied: first the one that claims the
 * place, so that nothing is added to another bag that is there; last the one that makes the bag whole.
 */
export async function filesOfBag(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
  return files.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf(file: string): number {
  if (file === FIRST_FILE) return 0;
  return file === LAST_FILE ? 2 : 1;
}

/** SHA-256 of a file on this machine. */
export async function digestOfFile(path: string, signal?: AbortSignal): Promise<Buffer> {
  return digestOf(readFileFrom(path, signal));
}

/** The bytes of a file on this machine. Once the signal has aborted, throws its reason. */
export async function* readFileFrom(path: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  signal?.throwIfAborted();
  for await (const chunk of createReadStream(path)) {
    signal?.throwIfAborted();
    yield chunk;
  }
}

/** SHA-256 of what comes. */
export async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest();
}
