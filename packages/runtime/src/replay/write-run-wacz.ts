import { statSync } from "node:fs";
import { BenthamError, type Clock, type Run, type RunStore, systemClock } from "@bentham/core";
import { readBag } from "@bentham/evidence-collector";
import type { ArchivedBag } from "@bentham/evidence-collector/wacz";
import { software } from "../software.ts";

/** Where a web archive is made from. */
export interface WaczSources {
  readonly store: RunStore;
  readonly evidenceFolder: string;
}

/** What is in a web archive, and what is not. */
export interface WrittenWacz {
  readonly bags: number;
  /** Results whose evidence is not in it, by the reason. */
  readonly missing: Readonly<Record<string, number>>;
}

/**
 * Writes the evidence of a run's results as one web archive, in the order that they were written. A bag that is not what was
 * sealed is left out, and told.
 *
 * @throws BenthamError USAGE when `out` is a folder.
 */
export async function writeRunWacz(
  sources: WaczSources,
  run: Run,
  {
    out,
    superseded,
    clock = systemClock,
  }: { readonly out: string; readonly superseded: boolean; readonly clock?: Clock },
): Promise<WrittenWacz> {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) {
    throw new BenthamError("USAGE", `${out} is a folder: name the file to write`);
  }
  const { writeWacz } = await import("@bentham/evidence-collector/wacz"); // With the libraries of web archives.
  const missing = new Map<string, number>();
  let bags = 0;
  const read = async function* archived(): AsyncIterable<ArchivedBag> {
    for await (const { evidence } of sources.store.results(run.runId, { superseded })) {
      const path = evidence?.bagPath;
      const bag =
        path === undefined
          ? { unavailable: "no evidence of it was kept" }
          : await readBag(sources.evidenceFolder, path, evidence?.sha256Hash ?? "");
      if ("unavailable" in bag) {
        missing.set(bag.unavailable, (missing.get(bag.unavailable) ?? 0) + 1);
      } else if (path !== undefined) {
        bags += 1;
        yield { path, bag };
      }
    }
  };
  await writeWacz({ out, title: `Bentham: ${run.runId}`, software, bags: read(), clock });
  return { bags, missing: Object.fromEntries(missing) };
}
