import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { filesOfStatement } from "./signed-statement.ts";
import { TOMBSTONE_FILES } from "./tombstone.ts";

/** Any of these makes a folder a bag, or the place of one that was pruned: whoever takes some of them away leaves a bag that is not whole, and not none. */
const MARKS: ReadonlySet<string> = new Set([
  "bagit.txt",
  "manifest-sha256.txt",
  "tagmanifest-sha256.txt",
  "tagmanifest-sha256.txt.sig",
  ...TOMBSTONE_FILES,
]);

/** What says in a run's folder whether it is held: `verifyRun` looks at it. */
const HOLD: readonly string[] = filesOfStatement("hold");

/** What lies in a folder of evidence: a bag, or a file that is in none. */
export type Found = { readonly bag: string } | { readonly stray: string };

/**
 * Everything at or below a folder of evidence, one at a time, by the order of names: bags, tombstones of bags among them, and
 * files that are in none, but for the hold of a run. Names that begin with a dot are left out, since what is staged is no bag yet.
 */
export async function* findEvidence(folder: string): AsyncIterable<Found> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some(({ name }) => MARKS.has(name))) {
    yield { bag: folder };
    return;
  }
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* findEvidence(path);
    else if (!HOLD.includes(entry.name)) yield { stray: path };
  }
}

/** The bags at or below a folder. */
export async function* findBags(folder: string): AsyncIterable<string> {
  for await (const found of findEvidence(folder)) if ("bag" in found) yield found.bag;
}
