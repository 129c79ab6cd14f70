import {
  laneOf,
  type LaneLimits,
  type LocationId,
  type PlannedCell,
  type PlannedSurface,
  type RunPlan,
  type RunSettings,
  type SurfaceId,
  type SurfacePrice,
  didYouMean,
} from "@bentham/core";
import type { Study, StudySurface } from "../study/load-study.ts";
import { type FileIssue, InvalidFileError } from "../yaml/invalid-file-error.ts";
import { quoted } from "../yaml/printable.ts";
import { cellsOf } from "./cells.ts";
import { planHashOf } from "./identity.ts";

/** Most cells of a run: one that asks once a second takes four months for them. */
const MOST_CELLS = 10_000_000;

/** What a plan must know of an adapter. */
export interface KnownSurface {
  /** The adapter's name. */
  readonly name: string;
  /** The pool it asks with when the study names none. @default asked without a credential */
  readonly defaultCredentialPool?: string | undefined;
  /** Whether somebody must say where it is. @default false */
  readonly requiresBaseURL?: boolean | undefined;
  /** The model that is asked when the study names none. Without one, the study must. */
  readonly defaultModel?: string | undefined;
  /** Whether one asks a model of it. A page is asked as it is. @default true */
  readonly asksModel?: boolean | undefined;
}

/** What a study is planned with. */
export interface PlanOptions {
  /** The adapters there are. */
  readonly surfaces: readonly KnownSurface[];
  /** Where surfaces are, by their id, as the operator says; what the study says goes first. @default none */
  readonly baseURLs?: Readonly<Record<SurfaceId, string>>;
  /** What surfaces bill, by their id, as the operator says. @default nothing */
  readonly prices?: Readonly<Record<SurfaceId, SurfacePrice>>;
  /** The locations there are. @default any will do */
  readonly locations?: readonly LocationId[];
}

/** A study's plan: what will be asked, in which order. */
export interface PlannedStudy {
  /** With everything filled in that the operator says. */
  readonly plan: RunPlan;
  /** SHA-256 (hex) over what is asked and how it is judged; the run's identity. */
  readonly planHash: string;
  readonly settings: RunSettings;
  /** How many cells there are. */
  readonly count: number;
  /** Every cell, in the order in which it is to be asked. Made as it is read. */
  readonly cells: (runId: string) => Iterable<PlannedCell>;
}

/**
 * Plans a study.
 *
 * @throws InvalidFileError STUDY_INVALID for a surface that no adapter asks or that lacks what its adapter needs, for a
 * location that is not known, and for a study of more than ten million cells.
 */
export function planStudy(study: Study, options: PlanOptions): PlannedStudy {
  const { name, queries, locations, repeats, gates, human } = study;
  const surfaces = study.surfaces.map((surface) => plannedSurface(surface, options));
  const count = queries.length * surfaces.length * locations.length * repeats;
  const issues = [
    ...surfaces.flatMap((surface, index) => surfaceIssues(study, surface, index, options)),
    ...locationIssues(study, options),
    ...priceIssues(study, surfaces, options),
    ...(count > MOST_CELLS ? [study.issue([], `${count} cells are more than the ${MOST_CELLS} of a run`)] : []),
  ];
  if (issues.length > 0) throw new InvalidFileError("STUDY_INVALID", issues);
  const plan: RunPlan = { study: name, queries, surfaces, locations, repeats, gates, human };
  const planHash = planHashOf(study, surfaces);
  return {
    plan,
    planHash,
    settings: settingsOf(study, surfaces, options),
    count,
    cells: (runId) => cellsOf(plan, runId, planHash),
  };
}

function plannedSurface(surface: StudySurface, { surfaces, baseURLs = {} }: PlanOptions): PlannedSurface {
  const { id, settings, credential, evidence, human } = surface;
  const known = adapterOf(surface, surfaces);
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
    ...(human === undefined ? {} : { human }),
  };
}

function adapterOf(
  { id, settings }: Pick<StudySurface, "id" | "settings">,
  known: readonly KnownSurface[],
): KnownSurface | undefined {
  return known.find(({ name }) => name === (settings.adapter ?? id));
}

function surfaceIssues(study: Study, surface: PlannedSurface, index: number, { surfaces }: PlanOptions): FileIssue[] {
  const { id, settings } = surface;
  const known = adapterOf(surface, surfaces);
  if (!known) {
    const names = surfaces.map(({ name }) => name);
    const asked = settings.adapter ?? id;
    const hint = didYouMean(asked, names) ?? `there are ${names.join(", ")}`;
    const key = settings.adapter === undefined ? "id" : "adapter";
    return [study.issue(["surfaces", index, key], `no adapter is called ${quoted(asked)}`, { hint })];
  }
  const missing = (key: string, hint: string): FileIssue =>
    study.issue(["surfaces", index, key], `missing: ${known.name} needs it`, { hint });
  return [
    ...(known.requiresBaseURL && settings.baseURL === undefined
      ? [missing("baseURL", "say where the surface is, here or in bentham.config.yaml")]
      : []),
    ...(settings.model === undefined && known.asksModel !== false ? [missing("model", "name the model to ask")] : []),
  ];
}

function locationIssues({ locations, issue }: Study, { locations: known }: PlanOptions): FileIssue[] {
  if (!known) return [];
  return locations.flatMap((location, index) => {
    if (known.includes(location)) return [];
    const hint = didYouMean(location, known) ?? `there are ${known.join(", ")}`;
    return [issue(["locations", index], `no location is called ${quoted(location)}`, { hint })];
  });
}

/** A budget in money holds for surfaces alone whose questions have a highest price. */
function priceIssues(study: Study, surfaces: readonly PlannedSurface[], { prices = {} }: PlanOptions): FileIssue[] {
  if (study.budgetUsd === undefined) return [];
  return surfaces.flatMap(({ id, settings }, index) => {
    const price = Object.hasOwn(prices, id) ? prices[id] : undefined;
    if (!price) {
      const hint = "state it under prices in bentham.config.yaml";
      return [study.issue(["budget", "usd"], `no price of the surface ${quoted(id)} is known`, { hint })];
    }
    if (price.outputPerMillion && settings.maxOutputTokens === undefined) {
      const hint = "bound it with maxOutputTokens";
      return [study.issue(["surfaces", index, "id"], "its answers have a price, and no most length", { hint })];
    }
    return [];
  });
}

function settingsOf(study: Study, surfaces: readonly PlannedSurface[], { prices = {} }: PlanOptions): RunSettings {
  const { limits, retry, budgetCalls, budgetUsd, deadline, onUncertain } = study;
  const priced = surfaces.flatMap(({ id }): (readonly [string, SurfacePrice])[] => {
    const price = Object.hasOwn(prices, id) ? prices[id] : undefined;
    return price ? [[id, price]] : [];
  });
  const lanes = surfaces.flatMap(({ id, credentialPool }): (readonly [string, LaneLimits])[] => {
    const own = limits.get(id);
    return own ? [[laneOf(id, credentialPool), own]] : [];
  });
  return {
    limits: Object.fromEntries(lanes),
    retry,
    ...(budgetCalls === undefined ? {} : { budgetCalls }),
    ...(budgetUsd === undefined ? {} : { budgetUsd }),
    ...(priced.length === 0 ? {} : { prices: Object.fromEntries(priced) }),
    ...(deadline === undefined ? {} : { deadline }),
    onUncertain,
  };
}
