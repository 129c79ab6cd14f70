import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { BenthamError } from "@bentham/core";
import { proveInclusion, type ProvenCell, verifyBag } from "@bentham/verify";
import type { CommandContext } from "../command-context.ts";

/**
 * Prints the proof that a cell is under the latest root of its run that has it: the cell of a bag, or the one that `job` names of a
 * run's folder.
 *
 * @throws BenthamError USAGE when there is no such cell, or no root.
 */
export async function prove(
  { terminal, currentFolder }: CommandContext,
  path: string,
  { job }: { readonly job?: string },
): Promise<number> {
  const folder = resolve(currentFolder, path);
  const run = job === undefined ? dirname(dirname(folder)) : folder;
  const isIt = job === undefined ? await isOfBag(folder, path) : (cell: ProvenCell) => cell.jobId === job;
  const roots = existsSync(run) ? (await readdir(run)).filter((name) => /^root-\d{4,}$/.test(name)) : [];
  for (const root of roots.toSorted((one, other) => Number(other.slice(5)) - Number(one.slice(5)))) {
    const proof = await proveInclusion(join(run, root), isIt);
    if (!proof) continue;
    terminal.out(JSON.stringify(proof));
    return 0;
  }
  const why = roots.length === 0 ? "its run is not sealed yet" : "no root of its run names it";
  throw new BenthamError("USAGE", `${job ?? path} cannot be proven: ${why}`);
}

async function isOfBag(folder: string, path: string): Promise<(cell: ProvenCell) => boolean> {
  const { sha256 } = existsSync(folder) ? await verifyBag(folder) : {};
  if (sha256 === undefined)
    throw new BenthamError("USAGE", `${path} is no bag: name a cell's, or a run's folder and --job`);
  return ({ bagSha256 }) => bagSha256 === sha256;
}
