import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { RunStore, SharedState } from "@bentham/core";
import {
  cellsUnlike,
  givenStamps,
  openStore,
  readConfiguration,
  type SealedRun,
  sealedRuns,
  stampDataFolder,
  stampStanding,
} from "@bentham/runtime";
import { type BagProblem, findRuns, rootCells, rootName, type VerifiedRun, verifyRun } from "@bentham/verify";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { tellStamps } from "../tell-stamps.ts";

/** Asks for the time stamps that a data folder waits for, and tells what came. */
export async function fetchStamps(context: CommandContext, options: CommonOptions): Promise<void> {
  const { currentFolder, environment, signals, terminal } = context;
  const folder = dataFolder(context, options);
  if (!existsSync(join(folder, "bentham.db"))) return;
  await using store = await openStore(folder);
  if ((await stampStanding(store, join(folder, "evidence"))).waiting === 0) return;
  const file = options.config === undefined ? undefined : resolve(currentFolder, options.config);
  const configuration = await readConfiguration([currentFolder, dirname(folder)], environment, file);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  signals.on("SIGINT", stop);
  signals.on("SIGTERM", stop);
  try {
    const sources = { folder, configuration, environment, allowPrivate: options.allowPrivate };
    tellStamps(terminal, await stampDataFolder(store, sources, stopped.signal));
  } finally {
    signals.off("SIGINT", stop);
    signals.off("SIGTERM", stop);
  }
}

/**
 * Checks the roots of the runs at or below a folder. Those of the data folder are checked by what its store has kept, too:
 * that their roots are there at all, which one was the last, each time stamp and each result.
 *
 * @param evidence Where the data folder's runs are.
 * @param stamped Whether roots that were to be stamped must have their stamp.
 */
export async function* verifyRuns(
  folder: string,
  data: string,
  evidence: string,
  stamped: boolean,
): AsyncIterable<VerifiedRun> {
  await using store = existsSync(join(data, "bentham.db")) ? await openStore(data) : undefined;
  const known = new Map<string, SealedRun>();
  for (const sealed of store ? await sealedRuns(store) : []) {
    const place = join(evidence, sealed.folderName);
    if (!relative(folder, place).startsWith("..")) known.set(place, sealed);
  }
  for await (const found of findRuns(folder)) if (!known.has(found)) yield await verifyRun(found, { stamped });
  for (const [place, sealed] of known) if (store) yield await verifySealed(store, place, sealed, stamped);
}

async function verifySealed(
  store: RunStore & SharedState,
  folder: string,
  { run, latest }: SealedRun,
  stamped: boolean,
): Promise<VerifiedRun> {
  const verified = await verifyRun(folder, { latest, stamped, stamps: await givenStamps(store, run.runId) });
  // While cells are asked again, the store is ahead of the last root.
  if (!run.finished || verified.problems.length > 0) return verified;
  const problems: BagProblem[] = [];
  for await (const jobId of cellsUnlike(store, run.runId, rootCells(folder, latest.number))) {
    const message = `the store has the cell ${jobId} otherwise`;
    problems.push({ kind: "changed", file: rootName(latest.number), message });
  }
  return { ...verified, problems };
}
