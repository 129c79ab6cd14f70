import { holdRun, openKeeping, releaseRun } from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder } from "../command-context.ts";
import { findRun } from "../find-run.ts";
import { printable } from "../printable.ts";

/** What `hold` is told. */
export interface HoldFlags {
  readonly release: boolean;
  readonly reason?: string;
}

/** Has nothing of a run's evidence deleted, or lets it go again. */
export async function hold(context: CommandContext, name: string, options: CommonOptions & HoldFlags): Promise<number> {
  const { terminal, currentFolder } = context;
  await using keeping = await openKeeping(dataFolder(context, options));
  const run = await findRun(keeping.store, name, currentFolder);
  const { release, reason = release ? "released by a person" : "held by a person" } = options;
  const said = await (release ? releaseRun : holdRun)(keeping, run, reason);
  if (options.json) terminal.out(JSON.stringify({ runId: run.runId, ...said }));
  else terminal.out(printable(`${run.runId}  is ${said.state}: ${said.reason}`));
  return 0;
}
