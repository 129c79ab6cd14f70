import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { TOMBSTONE_FILES } from "./tombstone.ts";

/** Files that tell a bag, or where one was. */
const SIGNS: readonly string[] = ["bagit.txt", "manifest-sha256.txt", ...TOMBSTONE_FILES];

/**
 * The bags at or below a folder: the folders that hold a `bagit.txt`, a manifest or a tombstone. Names that begin with a dot are left
 * out, since what is staged is no bag yet. Found one at a time.
 */
export async function* findBags(folder: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => SIGNS.includes(name))) {
    yield folder;
    return;
  }
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.isDirectory() && !entry.name.startsWith(".")) yield* findBags(join(folder, entry.name));
  }
}
