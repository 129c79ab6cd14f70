import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { RunStore } from "@bentham/core";
import { cellsUnlike, openStore, type SealedRun, sealedRuns } from "@bentham/runtime";
import { type BagProblem, findRuns, rootCells, rootName, type VerifiedRun, verifyRun } from "@bentham/verify";

/**
 * Checks the roots of the runs at or below a folder. Those of the data folder are checked by what its store has kept, too:
 * that their roots are there at all, which one was the last, and each result.
 *
 * @param evidence Where the data folder's runs are.
 */
export async function* verifyRuns(folder: string, data: string, evidence: string): AsyncIterable<VerifiedRun> {
  await using store = existsSync(join(data, "bentham.db")) ? await openStore(data) : undefined;
  const known = new Map<string, SealedRun>();
  for (const sealed of store ? await sealedRuns(store) : []) {
    const place = join(evidence, sealed.folderName);
    if (!relative(folder, place).startsWith("..")) known.set(place, sealed);
  }
  for await (const found of findRuns(folder)) if (!known.has(found)) yield await verifyRun(found);
  for (const [place, sealed] of known) if (store) yield await verifySealed(store, place, sealed);
}

async function verifySealed(store: RunStore, folder: string, { run, latest }: SealedRun): Promise<VerifiedRun> {
  const verified = await verifyRun(folder, { latest });
  // While cells are asked again, the store is ahead of the last root.
  if (!run.finished || verified.problems.length > 0) return verified;
  const problems: BagProblem[] = [];
  for await (const jobId of cellsUnlike(store, run.runId, rootCells(folder, latest.number))) {
    const message = `the store has the cell ${jobId} otherwise`;
    problems.push({ kind: "changed", file: rootName(latest.number), message });
  }
  return { ...verified, problems };
}
