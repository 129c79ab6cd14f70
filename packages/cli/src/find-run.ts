import { resolve } from "node:path";
import { BenthamError, type Run, type RunStore } from "@bentham/core";
import { loadStudy } from "@bentham/orchestrator";

/**
 * Finds the run that a command is about: named by its id, by its study's name, or by the study's file, which stand for
 * the study's latest run.
 *
 * @throws BenthamError RUN_UNKNOWN when there is none, STUDY_INVALID when a file is named that is no study.
 */
export async function findRun(store: RunStore, name: string, currentFolder: string): Promise<Run> {
  const study = /\.ya?ml$/.test(name) ? (await loadStudy(resolve(currentFolder, name))).name : name;
  const run = (await store.findRun(study)) ?? (await store.latestRun(study));
  if (run) return run;
  const known = (await store.runs()).map(({ runId }) => runId);
  const list = known.length === 0 ? "there are no runs yet" : `known runs: ${known.slice(0, 20).join(", ")}`;
  throw new BenthamError("RUN_UNKNOWN", `no run is known by "${study}"; ${list}`);
}
