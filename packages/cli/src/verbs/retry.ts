import { BenthamError } from "@bentham/core";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import type { RetryFlags } from "../command-line.ts";
import { startRun } from "@bentham/orchestrator";
import { workOn } from "../work-on.ts";
import { changed, QUEUE } from "./run.ts";
import { openStudyRuntime, readStudy } from "./study-context.ts";

/** Asks failed cells of the latest run again, and no others. */
export async function retry(
  context: CommandContext,
  file: string,
  options: CommonOptions & RetryFlags,
): Promise<number> {
  const { terminal } = context;
  const study = await readStudy(context, file, options);
  await using runtime = await openStudyRuntime(context, study, options);
  const { store } = runtime;
  const latest = await store.latestRun(study.study.name);
  if (!latest) throw new BenthamError("RUN_UNKNOWN", `${study.study.name} has no run yet: use \`bentham run\``);
  if (latest.planHash !== study.planned.planHash) throw changed(latest, study.planned);
  const { code, surface, location, query } = options;
  const cells = await store.retry(latest.runId, {
    ...(code ? { codes: code } : {}),
    ...(surface ? { surfaces: surface } : {}),
    ...(location ? { locations: location } : {}),
    ...(query ? { queries: query } : {}),
  });
  terminal.tell(`${latest.runId}: ${cells} failed cells are asked again`);
  if (cells === 0) return 0;
  const { run } = await startRun(store, study.planned, { queueName: QUEUE });
  return await workOn(context, runtime, run, study, options);
}
