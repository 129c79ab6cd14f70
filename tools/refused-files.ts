import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What a browser profile is recognised by: passwords, cookies and what guards them have no place in a repository. */
const REFUSED: ReadonlySet<string> = new Set(["Cookies", "Login Data", "Local State"]);

/** Generated folders, and those that hold a user's own data; git ignores them too. */
const SKIPPED: ReadonlySet<string> = new Set([".git", ".runtime", ".bentham", "node_modules", "dist"]);

/** Paths below `root` of files that must never be committed, with what belongs to them (`Cookies-journal`), sorted. */
export function refusedFiles(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : refusedFiles(root, path);
      return REFUSED.has(entry.name.replace(/-(?:journal|wal|shm)$/, "")) ? [path] : [];
    })
    .sort();
}
