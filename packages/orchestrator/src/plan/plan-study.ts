import { createHash } from "node:crypto";
import {
  canonicalJson,
  type Json,
  laneOf,
  type LaneLimits,
  type PlannedCell,
  type PlannedSurface,
  type RunPlan,
  type RunSettings,
  type SurfaceId,
} from "@bentham/core";
import type { Study, StudySurface } from "../study/load-study.ts";
import { type FileIssue, InvalidFileError } from "../yaml/invalid-file-error.ts";
import { didYouMean } from "../yaml/nearest.ts";
import { cellsOf } from "./cells.ts";

/** What a plan must know of an adapter. */
export interface KnownSurface {
  /** The adapter's name. */
  readonly name: string;
  /** The pool it asks with when the study names none. */
  readonly defaultCredentialPool?: string | undefined;
  /** Whether somebody must say where it is. */
  readonly requiresBaseURL?: boolean | undefined;
  /** The model that is asked when the study names none. Without one, the study must. */
  readonly defaultModel?: string | undefined;
}

/** What a study is planned with. */
export interface PlanOptions {
  /** The adapters there are. */
  readonly surfaces: readonly KnownSurface[];
  /** Where surfaces are, by their id, as the operator says; what the study says goes first. */
  readonly baseURLs?: Readonly<Record<SurfaceId, string>>;
}

/** A study's plan: what will be asked, in which order. */
export interface PlannedStudy {
  readonly plan: RunPlan;
  /** SHA-256 (hex) over what is asked and how it is judged; the run's identity. */
  readonly planHash: string;
  readonly settings: RunSettings;
  /** How many cells there are. */
  readonly count: number;
  /** Every cell, in the order in which it is to be asked. Made as it is read. */
  cells(runId: string): Iterable<PlannedCell>;
}

/**
 * Plans a study.
 *
 * @throws InvalidFileError STUDY_INVALID for a surface that no adapter asks, or that lacks what its adapter needs.
 */
export function planStudy(study: Study, options: PlanOptions): PlannedStudy {
  const issues: FileIssue[] = [];
  const surfaces = study.surfaces.map((surface, index) => {
    const known = adapterOf(surface, options.surfaces);
    if (!known) {
      const names = options.surfaces.map(({ name }) => name);
      const asked = surface.settings.adapter ?? surface.id;
      const hint = didYouMean(asked, names) || `; known are ${names.join(", ")}`;
      const key = surface.settings.adapter === undefined ? "id" : "adapter";
      issues.push(study.issue(["surfaces", index, key], `no adapter is called "${asked}"${hint}`));
      return plannedSurface(surface, undefined, options);
    }
    const planned = plannedSurface(surface, known, options);
    if (known.requiresBaseURL && planned.settings.baseURL === undefined) {
      issues.push(study.issue(["surfaces", index], `${known.name} needs a baseURL, here or in bentham.config.yaml`));
    }
    if (planned.settings.model === undefined) {
      issues.push(study.issue(["surfaces", index], `${known.name} needs a model`));
    }
    return planned;
  });
  if (issues.length > 0) throw new InvalidFileError("STUDY_INVALID", issues);

  const { name, queries, locations, repeats, gates } = study;
  const plan: RunPlan = { study: name, queries, surfaces, locations, repeats, gates, human: {} };
  const planHash = hashOf(study, surfaces);
  return {
    plan,
    planHash,
    settings: settingsOf(study, surfaces),
    count: queries.length * surfaces.length * locations.length * repeats,
    cells: (runId) => cellsOf(plan, runId, planHash),
  };
}

function adapterOf({ id, settings }: StudySurface, known: readonly KnownSurface[]): KnownSurface | undefined {
  return known.find(({ name }) => name === (settings.adapter ?? id));
}

function plannedSurface(
  { id, settings, credential, evidence }: StudySurface,
  known: KnownSurface | undefined,
  { baseURLs = {} }: PlanOptions,
): PlannedSurface {
  const baseURL = settings.baseURL ?? (Object.hasOwn(baseURLs, id) ? baseURLs[id] : undefined);
  const model = settings.model ?? known?.defaultModel;
  const credentialPool = credential ?? known?.defaultCredentialPool;
  return {
    id,
    settings: {
      ...settings,
      ...(baseURL === undefined ? {} : { baseURL }),
      ...(model === undefined ? {} : { model }),
    },
    ...(credentialPool === undefined ? {} : { credentialPool }),
    evidence,
  };
}

/**
 * What may change between two starts stays out: budget, deadline, limits, concurrency, retry, and what the operator says.
 * A model that no study names stays in: an adapter that has another default asks another question.
 */
function hashOf({ queries, surfaces, locations, repeats, gates }: Study, planned: readonly PlannedSurface[]): string {
  const identity: Json = {
    queries: queries.map(({ id, text }) => ({ id, text })),
    surfaces: surfaces.map(({ id, settings, credential, evidence }, index) => ({
      id,
      settings: { ...settings, model: planned[index]?.settings.model },
      credential,
      evidence,
    })),
    locations,
    repeats,
    gates: { ...gates },
  };
  return createHash("sha256").update(canonicalJson(identity)).digest("hex");
}

function settingsOf(study: Study, surfaces: readonly PlannedSurface[]): RunSettings {
  const { limits, retry, budgetCalls, deadline, onUncertain } = study;
  const lanes = surfaces.flatMap(({ id, credentialPool }): (readonly [string, LaneLimits])[] => {
    const own = limits[id];
    return own ? [[laneOf(id, credentialPool), own]] : [];
  });
  return {
    limits: Object.fromEntries(lanes),
    retry,
    ...(budgetCalls === undefined ? {} : { budgetCalls }),
    ...(deadline === undefined ? {} : { deadline }),
    onUncertain,
  };
}
