// Modules found by reading a folder, one thing each, picked by the name of their file: benchmarks, rows of the fault matrix.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The names of the TypeScript modules right in `folder`, sorted, without those in `except`. */
export function modulesIn(folder: string, except: readonly string[] = []): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .filter((name) => !except.includes(name))
    .sort();
}

/** What the module `name` in `folder` exports as `key`. */
export async function exportOf(folder: string, name: string, key: string): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(folder, `${name}.ts`)).href);
  return module[key];
}

/** Says that `name` is none of `names`, and which of them is nearest to it. */
export function unknownName(kind: string, name: string, names: readonly string[]): string {
  if (names.length === 0) return `no ${kind} is called "${name}": there are none yet`;
  const [nearest] = [...names].sort((a, b) => editDistance(name, a) - editDistance(name, b));
  return `no ${kind} is called "${name}", did you mean "${nearest}"? There are: ${names.join(", ")}`;
}

/** How many letters must be added, taken away or replaced to make `b` of `a` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (above[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}
