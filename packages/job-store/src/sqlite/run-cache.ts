import {
  BenthamError,
  type Job,
  laneOf,
  NANOS_PER_USD,
  type PlannedQuery,
  type PlannedSurface,
  type Run,
  type RunPlan,
  type RunSettings,
  type SurfaceSettings,
} from "@bentham/core";
import type { Database } from "./database.ts";
import { Kept } from "./kept.ts";
import { readQuestion, readQuestions } from "./questions.ts";
import { number, type Row, text } from "./row.ts";

/** Questions that are kept in memory of those that a run's jobs ask. */
const MOST_QUESTIONS = 1000;

/** What a job takes from its run. */
export interface RunTerms {
  /** The plan without its questions, of which there may be a million. */
  readonly plan: Omit<RunPlan, "queries">;
  readonly planId: number;
  readonly settings: RunSettings;
  /** Texts of questions that were asked lately, by their ids. */
  readonly questions: Map<string, string>;
  readonly surfaces: ReadonlyMap<string, PlannedSurface>;
  readonly surfacesByLane: ReadonlyMap<string, PlannedSurface>;
}

interface Cached extends RunTerms {
  readonly revision: number;
  /** All questions, where somebody wanted to know them. */
  queries?: readonly PlannedQuery[];
}

/** Plans and settings of runs, parsed once for each start of theirs. */
export class RunCache {
  readonly #database: Database;
  readonly #terms = new Kept<Cached>();
  readonly #cached = new Map<string, Cached>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws BenthamError RUN_UNKNOWN */
  terms(runId: string): RunTerms {
    return this.#cachedOf(runId);
  }

  /** Spares reading the questions of a run for whoever has them. */
  keepQueries(runId: string, queries: readonly PlannedQuery[]): void {
    this.#cachedOf(runId).queries = queries;
  }

  #cachedOf(runId: string): Cached {
    return this.#terms.get(this.#database, runId, () => this.#current(runId));
  }

  #current(runId: string): Cached {
    const row = this.#database.row("SELECT revision FROM run WHERE run_id = ?", runId);
    if (!row) throw unknownRun(runId);
    const revision = number(row, "revision");
    const known = this.#cached.get(runId);
    if (known?.revision === revision) return known;
    const terms: Cached = { revision, ...this.#read(runId) };
    this.#cached.set(runId, terms);
    return terms;
  }

  /** What a row of the table job asks, and what its surface is asked with. */
  question(row: Row): { readonly query: string; readonly surface: SurfaceSettings } {
    const { query, surface } = this.#planned(row);
    return { query, surface: surface.settings };
  }

  /** The job of a row of the table job. */
  job(row: Row): Job {
    const runId = text(row, "run_id");
    const { plan, settings } = this.terms(runId);
    const { query, surface } = this.#planned(row);
    return {
      jobId: text(row, "job_id"),
      studyId: plan.study,
      runId,
      queryId: text(row, "query_id"),
      surfaceId: text(row, "surface_id"),
      locationId: text(row, "location_id"),
      repeat: number(row, "repeat"),
      query,
      surface: surface.settings,
      ...(surface.credentialPool === undefined ? {} : { credentialPool: surface.credentialPool }),
      evidence: surface.evidence,
      gates: plan.gates,
      human: surface.human ?? plan.human,
      retry: settings.retry,
      ...(settings.deadline === undefined ? {} : { deadline: settings.deadline }),
    };
  }

  #planned(row: Row): { readonly query: string; readonly surface: PlannedSurface } {
    const [runId, queryId, surfaceId] = [text(row, "run_id"), text(row, "query_id"), text(row, "surface_id")];
    const terms = this.terms(runId);
    const [query, surface] = [this.#textOf(terms, queryId), terms.surfaces.get(surfaceId)];
    if (query !== undefined && surface) return { query, surface };
    throw new BenthamError("STORE_CORRUPT", `run ${runId} has a cell (${queryId}, ${surfaceId}) that its plan has not`);
  }

  #textOf({ planId, questions }: RunTerms, queryId: string): string | undefined {
    const known = questions.get(queryId) ?? readQuestion(this.#database, planId, queryId);
    if (known === undefined || questions.has(queryId)) return known;
    if (questions.size >= MOST_QUESTIONS) questions.clear();
    questions.set(queryId, known);
    return known;
  }

  /** The run of a row of the table run. */
  run(row: Row): Run {
    const runId = text(row, "run_id");
    const cached = this.#cachedOf(runId);
    const { settings } = cached;
    cached.queries ??= readQuestions(this.#database, cached.planId);
    const plan = { ...cached.plan, queries: cached.queries };
    return {
      runId,
      study: text(row, "study"),
      series: number(row, "series"),
      planHash: text(row, "plan_hash"),
      plan,
      settings,
      queueName: text(row, "queue_name"),
      planned: number(row, "planned"),
      enqueued: number(row, "enqueued") === 1,
      finished: number(row, "finished") === 1,
      asks: number(row, "asks"),
      spentUsd: number(row, "spent_nano") / NANOS_PER_USD,
      budgetReached: isBudgetReached(row, settings),
      createdAt: new Date(text(row, "created_iso")),
    };
  }

  #read(runId: string): RunTerms {
    const row = this.#database.row(
      `SELECT s.plan, r.settings, p.plan_id FROM run r JOIN run_plan s USING (run_id) JOIN plan p USING (study, plan_hash)
       WHERE run_id = ?`,
      runId,
    );
    if (!row) throw unknownRun(runId);
    const plan: RunTerms["plan"] = JSON.parse(text(row, "plan"));
    return {
      plan,
      planId: number(row, "plan_id"),
      settings: JSON.parse(text(row, "settings")),
      questions: new Map(),
      surfaces: new Map(plan.surfaces.map((surface) => [surface.id, surface])),
      surfacesByLane: new Map(plan.surfaces.map((surface) => [laneOf(surface.id, surface.credentialPool), surface])),
    };
  }
}

/** Whether the calls or the money of a run are spent; `row` holds its asks, spent_nano and refused. */
export function isBudgetReached(row: Row, { budgetCalls = Infinity, budgetUsd = Infinity }: RunSettings): boolean {
  return (
    number(row, "asks") >= budgetCalls ||
    number(row, "refused") === 1 ||
    number(row, "spent_nano") >= budgetUsd * NANOS_PER_USD
  );
}

/** The columns that {@link RunCache.run} reads. */
export const RUN_COLUMNS =
  "run_id, study, series, plan_hash, queue_name, planned, enqueued, finished, asks, spent_nano, refused, created_iso";

/** The error for a run that is not there. */
export function unknownRun(runId: string): BenthamError {
  return new BenthamError("RUN_UNKNOWN", `there is no run "${runId}" in the store`);
}
