import { BenthamError, isBenthamError, type Run } from "@bentham/core";
import { type Keeping, openKeeping, type PrunableBag, prunableBags, pruneBags } from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { findRun } from "../find-run.ts";
import { printable } from "../printable.ts";
import { sizeText } from "../size-text.ts";

/** What `prune` is told. */
export interface PruneFlags {
  /** Days. */
  readonly olderThan?: number;
  readonly superseded: boolean;
  readonly reason?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

/** Deletes bags, and leaves a signed tombstone in the place of each; without `yes`, says which it would delete. */
export async function prune(
  context: CommandContext,
  name: string | undefined,
  options: CommonOptions & PruneFlags,
): Promise<number> {
  const { terminal, currentFolder } = context;
  const { olderThan, superseded, json = false } = options;
  if (name === undefined && olderThan === undefined && !superseded) {
    throw new BenthamError("USAGE", "say what to prune: a run, --older-than DAYS, or --superseded");
  }
  await using keeping = await openKeeping(dataFolder(context, options));
  const named = name === undefined ? undefined : await findRun(keeping.store, name, currentFolder);
  const deletes = options.yes && !options.dryRun;
  let [bags, bytes] = [0, 0];
  for (const run of named ? [named] : await keeping.store.runs()) {
    const chosen = await chosenOf(keeping, run, options, named ? undefined : (why) => terminal.tell(why));
    const done = deletes ? pruneBags(keeping, chosen, reasonOf(options)) : chosen;
    let [ofRun, bytesOfRun] = [0, 0];
    for await (const bag of done) {
      ofRun += 1;
      bytesOfRun += bag.bytes;
      if (json) terminal.out(JSON.stringify(lineOf(run, bag, deletes)));
    }
    if (deletes && ofRun > 0) await keeping.store.log(run.runId, "pruned", { bags: ofRun, reason: reasonOf(options) });
    if (!json && ofRun > 0) terminal.out(`${run.runId}  ${ofRun} bags  ${sizeText(bytesOfRun)}`);
    bags += ofRun;
    bytes += bytesOfRun;
  }
  const amount = `${bags} bags, ${sizeText(bytes)}`;
  if (deletes) terminal.tell(`${amount}: deleted; a signed tombstone stands in the place of each`);
  else if (bags === 0) terminal.tell("there is nothing to prune");
  else
    terminal.tell(`${amount}: nothing was deleted. --yes deletes them for good, and leaves a signed tombstone of each`);
  return 0;
}

/** The bags of a run that are to go. Of several runs, one that must stay holds up no other. */
async function chosenOf(
  keeping: Keeping,
  run: Run,
  { olderThan, superseded }: PruneFlags,
  tellSkipped: ((why: string) => void) | undefined,
): Promise<PrunableBag[]> {
  try {
    return await prunableBags(keeping, run, {
      superseded,
      ...(olderThan === undefined ? {} : { olderThanDays: olderThan }),
    });
  } catch (error) {
    if (!tellSkipped || !isBenthamError(error) || error.code !== "USAGE") throw error;
    tellSkipped(printable(error.message));
    return [];
  }
}

function reasonOf({ reason, olderThan, superseded }: PruneFlags): string {
  if (reason !== undefined) return reason;
  const parts = [superseded ? "superseded" : [], olderThan === undefined ? [] : `older than ${olderThan} days`].flat();
  return parts.length === 0 ? "pruned by a person" : parts.join(", ");
}

function lineOf({ runId }: Run, { path, sha256, bytes, isCurrent }: PrunableBag, pruned: boolean): object {
  return { runId, bag: path, sha256, bytes, current: isCurrent, pruned };
}
