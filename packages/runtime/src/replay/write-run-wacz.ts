import { statSync } from "node:fs";
import { BenthamError, type Clock, type Run, type RunStore, systemClock } from "@bentham/core";
import { listBags, readBag } from "@bentham/evidence-collector";
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
  /** How many bags, and results without one, are not in it, by the reason. */
  readonly missing: Readonly<Record<string, number>>;
}

/**
 * Writes the evidence of a run's results as one web archive, in the order that they were written; with `superseded`, then that
 * of attempts that no result names. A bag that is not what was sealed is left out, and so told.
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
  const miss = (reason: string): void => void missing.set(reason, (missing.get(reason) ?? 0) + 1);
  const { store, evidenceFolder } = sources;
  const archived = async function* archived(path: string, sha256: string): AsyncIterable<ArchivedBag> {
    const bag = await readBag(evidenceFolder, path, sha256);
    if ("unavailable" in bag) return miss(bag.unavailable);
    bags += 1;
    yield { path, bag };
  };
  const read = async function* read(): AsyncIterable<ArchivedBag> {
    const named = new Set<string>();
    for await (const { evidence } of store.results(run.runId, { superseded })) {
      if (evidence?.bagPath === undefined) miss("no evidence of it was kept");
      else yield* archived(evidence.bagPath, evidence.sha256Hash);
      named.add(evidence?.bagPath ?? "");
    }
    for await (const { path, state, sha256 } of listBags(evidenceFolder, run.runId)) {
      if (state !== "sealed" || named.has(path)) continue;
      if (superseded) yield* archived(path, sha256);
      else miss("no current result names it; --all takes it in");
    }
  };
  await writeWacz({ out, title: `Bentham: ${run.runId}`, software, bags: read(), clock });
  return { bags, missing: Object.fromEntries(missing) };
}
