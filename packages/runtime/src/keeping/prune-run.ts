import { BenthamError, type Run, systemClock } from "@bentham/core";
import { type ListedBag, listBags, pruneBag } from "@bentham/evidence-collector";
import { holdOf, type KeepingParts } from "./hold-run.ts";

/** Which bags of a run are pruned. */
export interface PruneChoice {
  /** Only bags that were sealed at least so many days ago, by the day they name. @default any */
  readonly olderThanDays?: number;
  /** Only bags that no current result names. @default false */
  readonly superseded: boolean;
}

/** A bag that is to be pruned. */
export interface PrunableBag extends ListedBag {
  /** Whether a current result names it. */
  readonly isCurrent: boolean;
}

const DAY = 86_400_000;

/**
 * The bags of a run that a choice is about, and those whose pruning was cut short. What is damaged is never among them. Keeps
 * the paths of the run's bags in memory: some 200 bytes a bag.
 *
 * @throws BenthamError USAGE when the run is held, or has cells that have not ended.
 */
export async function prunableBags(parts: KeepingParts, run: Run, choice: PruneChoice): Promise<PrunableBag[]> {
  const hold = await holdOf(parts, run);
  if (hold) {
    const since = hold.at === "" ? "" : ` since ${hold.at}`;
    const way = `\`bentham hold ${run.runId} --release\` lets it go`;
    throw new BenthamError("USAGE", `${run.runId} is held${since}: ${hold.reason}. Nothing was deleted; ${way}`);
  }
  const bags: ListedBag[] = [];
  for await (const bag of listBags(parts.evidenceFolder, run.runId)) bags.push(bag);
  // After the bags: one that was sealed for an attempt whose result is not written yet would pass for superseded.
  if ((await parts.store.findRun(run.runId))?.finished !== true) {
    const way = "let `bentham run` go on with it, or end it with `bentham cancel`";
    throw new BenthamError("USAGE", `${run.runId} has cells that have not ended: ${way}. Nothing was deleted`);
  }
  const current = new Set<string>();
  for await (const { evidence } of parts.store.results(run.runId)) current.add(evidence?.bagPath ?? "");
  const latest = latestDay(parts, choice);
  return bags
    .map((bag) => ({ ...bag, isCurrent: current.has(bag.path) }))
    .filter(({ state, isCurrent, sealedOn = "9999" }) => {
      if (state !== "sealed") return state === "cut-short";
      return !(choice.superseded && isCurrent) && sealedOn <= latest;
    });
}

/** Prunes bags, one by one; gives each once a tombstone is all that is left of it. */
export async function* pruneBags(
  { evidenceFolder: folder, signingKey, clock = systemClock }: KeepingParts,
  bags: readonly PrunableBag[],
  reason: string,
): AsyncIterable<PrunableBag> {
  for (const bag of bags) {
    await pruneBag(bag, { folder, signingKey, reason, clock });
    yield bag;
  }
}

/** The last day that a bag may have been sealed on. */
function latestDay({ clock = systemClock }: KeepingParts, { olderThanDays }: PruneChoice): string {
  if (olderThanDays === undefined) return "9999-99-99";
  return new Date(clock.now() - olderThanDays * DAY).toISOString().slice(0, 10);
}
