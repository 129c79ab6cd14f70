import { readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * The bags at or below a folder: the folders that hold a `bagit.txt` or a manifest. Names that begin with a dot are left
 * out, since what is staged is no bag yet. Found one at a time.
 */
export async function* findBags(folder: string): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => name === "bagit.txt" || name === "manifest-sha256.txt")) {
    yield folder;
    return;
  }
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.isDirectory() && !entry.name.startsWith(".")) yield* findBags(join(folder, entry.name));
  }
}
