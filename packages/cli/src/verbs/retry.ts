import { BenthamError, type CellState, didYouMean, ERROR_CODES, isErrorCode } from "@bentham/core";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import type { RetryFlags } from "../command-line.ts";
import { conditionsOf, exitCodeOf, startRun } from "@bentham/orchestrator";
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
  const { code, surface, location, query, state = ["failed"] } = options;
  checkFlags(options);
  const cells = await store.retry(latest.runId, {
    states: state.filter(isRetriable),
    ...(code ? { codes: code } : {}),
    ...(surface ? { surfaces: surface } : {}),
    ...(location ? { locations: location } : {}),
    ...(query ? { queries: query } : {}),
  });
  terminal.tell(`${latest.runId}: ${cells} ${state.join(" or ")} cells are asked again`);
  if (cells === 0) return exitCodeOf(conditionsOf(await store.ledger(latest.runId)));
  const { run } = await startRun(store, study.planned, { queueName: QUEUE });
  return await workOn(context, runtime, run, study, options);
}

/** What a cell can be that is asked again on demand. */
const RETRIABLE: readonly CellState[] = ["failed", "cancelled", "skipped", "blocked", "parked"];

function isRetriable(state: string): state is CellState {
  return RETRIABLE.some((known) => known === state);
}

/** @throws BenthamError USAGE for a code or a state that is none. */
function checkFlags({ code = [], state = [] }: RetryFlags): void {
  const wrong = code.find((name) => !isErrorCode(name)) ?? state.find((name) => !isRetriable(name));
  if (wrong === undefined) return;
  const isCode = code.includes(wrong);
  const known = isCode ? Object.keys(ERROR_CODES) : RETRIABLE;
  const hint =
    didYouMean(wrong, known) ?? (isCode ? "docs/error-codes.md lists them" : `there are ${known.join(", ")}`);
  throw new BenthamError("USAGE", `"${wrong}" is no ${isCode ? "error code" : "state to retry"}; ${hint}`);
}
