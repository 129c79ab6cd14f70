import { dirname, resolve } from "node:path";
import { BenthamError, DIRECT } from "@bentham/core";
import { loadStudy, type PlannedStudy, planStudy, type Study } from "@bentham/orchestrator";
import {
  type Configuration,
  credentialProblems,
  knownSurfaces,
  openRuntime,
  readConfiguration,
  readWebSurfaces,
  type Runtime,
  type RuntimeOptions,
} from "@bentham/runtime";
import { type CommandContext, type CommonOptions, dataFolder, logTarget } from "../command-context.ts";

/** A study, read and planned, with the operator's configuration that goes with it. */
export interface StudyContext {
  readonly study: Study;
  readonly planned: PlannedStudy;
  readonly configuration: Configuration;
  readonly webSurfaces: NonNullable<RuntimeOptions["webSurfaces"]>;
}

/**
 * Reads a study and its configuration, and plans it.
 *
 * @throws BenthamError STUDY_INVALID or CONFIG_INVALID, naming file, line and column.
 */
export async function readStudy(context: CommandContext, file: string, options: CommonOptions): Promise<StudyContext> {
  const path = resolve(context.currentFolder, file);
  const configuration = await readConfiguration(
    [dirname(path), context.currentFolder],
    context.environment,
    options.config === undefined ? undefined : resolve(context.currentFolder, options.config),
  );
  const webSurfaces = await readWebSurfaces(configuration);
  const study = await loadStudy(path);
  const baseURLs = Object.entries(configuration.surfaces ?? {}).flatMap(([id, { baseURL }]) =>
    baseURL === undefined ? [] : [[id, baseURL] as const],
  );
  const planned = planStudy(study, {
    surfaces: knownSurfaces(webSurfaces),
    baseURLs: Object.fromEntries(baseURLs),
    prices: configuration.prices ?? {},
    locations: [DIRECT, ...Object.keys(configuration.locations ?? {})],
  });
  return { study, planned, configuration, webSurfaces };
}

/** What is wrong with the credentials that a study asks with, a sentence each. */
export async function checkCredentials(
  context: CommandContext,
  { planned, configuration, webSurfaces }: StudyContext,
  options: CommonOptions,
): Promise<string[]> {
  const sources = { folder: dataFolder(context, options), configuration, environment: context.environment };
  return credentialProblems(sources, planned.plan.surfaces, knownSurfaces(webSurfaces));
}

/**
 * Opens the parts that a study runs on.
 *
 * @throws BenthamError CREDENTIAL_MISSING when a pool that the study asks with has no credential, or none for the place
 *   where a surface is.
 */
export async function openStudyRuntime(
  context: CommandContext,
  study: StudyContext,
  options: CommonOptions,
): Promise<Runtime> {
  const problems = await checkCredentials(context, study, options);
  if (problems.length > 0) throw new BenthamError("CREDENTIAL_MISSING", problems.join("\n"));
  const { surfaces, locations } = study.planned.plan;
  const pages = new Set(study.webSurfaces.map(({ name }) => name));
  const runtime = await openRuntime({
    folder: dataFolder(context, options),
    configuration: study.configuration,
    environment: context.environment,
    webSurfaces: study.webSurfaces,
    locations,
    needsBrowser: surfaces.some(({ id, settings }) => pages.has(settings.adapter ?? id)),
    ...(options.allowPrivate ? { allowPrivate: true } : {}),
    log: logTarget(context, options),
  });
  for (const warning of runtime.warnings) context.terminal.tell(`warning: ${warning}`);
  return runtime;
}
