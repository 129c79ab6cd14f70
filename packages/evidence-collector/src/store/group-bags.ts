import type { StoredBag } from "@bentham/core";

/** What makes a bag whole: it covers, by the other manifest, every file that was there when the bag was sealed. */
export const LAST_FILE = "tagmanifest-sha256.txt";

/** A file of a store, named from the store's start. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number;
}

/** Puts files together that are of one bag. Each bag's files must follow each other. What is of no bag is left out. */
export async function* groupBags(files: AsyncIterable<ListedFile>): AsyncIterable<StoredBag> {
  let path: string | undefined;
  let group: ListedFile[] = [];
  for await (const file of files) {
    const bag = bagOf(file.path);
    if (bag !== path) {
      if (path !== undefined) yield bagFrom(path, group);
      [path, group] = [bag, []];
    }
    if (bag !== undefined) group.push({ ...file, path: file.path.slice(bag.length + 1) });
  }
  if (path !== undefined) yield bagFrom(path, group);
}

/** The bag that a file is of: `<run>/<job>/<attempt>`, or `<run>/<root>`, whose files begin one step higher. */
function bagOf(path: string): string | undefined {
  const parts = path.split("/");
  const isRoot = parts.length === 3 || parts[2] === "data";
  const length = isRoot ? 2 : 3;
  if (parts.length <= length || parts[0]?.startsWith(".")) return undefined;
  return parts.slice(0, length).join("/");
}

function bagFrom(path: string, files: readonly ListedFile[]): StoredBag {
  return {
    path,
    files: files.map(({ path: file, bytes }) => ({ path: file, bytes })),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    isWhole: files.some(({ path: file }) => file === LAST_FILE),
    changedAt: Math.max(...files.map(({ changedAt }) => changedAt)),
  };
}
