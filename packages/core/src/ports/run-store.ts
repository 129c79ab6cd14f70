import type { Json } from "../canonical-json.ts";
import type { JobResult } from "../job-result.ts";
import type { EvidenceLevel, QualityGates, SurfaceSettings } from "../job.ts";
import type { HumanBehaviorOptions } from "../config/human-behavior.ts";
import type { RetryStrategy } from "../config/retry-strategy.ts";
import type { LocationId, SurfaceId } from "../ids.ts";
import type { SurfacePrice } from "../config/surface-price.ts";
import type { LaneLimits } from "../lane/lane-state.ts";
import type { CellState } from "../outcome.ts";
import type { Pause, PauseScope, Wait } from "./job-queue.ts";

/** One question of a plan. */
export interface PlannedQuery {
  readonly id: string;
  readonly text: string;
}

/** One surface of a plan: how it is asked, and how its answers are judged and kept. */
export interface PlannedSurface {
  readonly id: SurfaceId;
  readonly settings: SurfaceSettings;
  readonly credentialPool?: string;
  readonly evidence: EvidenceLevel;
  /** How input on its pages is timed and shaped. @default as the plan's */
  readonly human?: HumanBehaviorOptions | false;
}

/** What is asked and how it is judged. Its hash is the run's identity; nothing in it changes once a run exists. */
export interface RunPlan {
  readonly study: string;
  readonly queries: readonly PlannedQuery[];
  readonly surfaces: readonly PlannedSurface[];
  readonly locations: readonly LocationId[];
  readonly repeats: number;
  readonly gates: QualityGates;
  readonly human: HumanBehaviorOptions | false;
}

/**
 * What becomes of a cell that was asked, but whose answer was never stored, since its worker was killed or stopped.
 *
 * - `repeat`: it is asked again.
 * - `skip`: it ends as skipped.
 * - `ask`: it is parked, until a person has it asked again or gives it up.
 */
export type OnUncertain = "repeat" | "skip" | "ask";

/** What may change between two starts of a run. */
export interface RunSettings {
  /** Per lane. */
  readonly limits: Readonly<Record<string, LaneLimits>>;
  readonly retry: Partial<RetryStrategy>;
  /** Most questions the run may ask, retries among them; no limit when absent. */
  readonly budgetCalls?: number;
  /** Most that the run may cost, in US dollars; no limit when absent. What is under way is counted at its highest price. */
  readonly budgetUsd?: number;
  /** What surfaces bill, by their id. @default nothing */
  readonly prices?: Readonly<Record<SurfaceId, SurfacePrice>>;
  /** Milliseconds since the Unix epoch. */
  readonly deadline?: number;
  readonly onUncertain: OnUncertain;
}

/** One execution of a study's plan. */
export interface Run {
  readonly runId: string;
  readonly study: string;
  /** Which run of its study, from 1. */
  readonly series: number;
  readonly planHash: string;
  readonly plan: RunPlan;
  readonly settings: RunSettings;
  readonly queueName: string;
  /** Cells of the plan. */
  readonly planned: number;
  /** Whether every cell has been enqueued. */
  readonly enqueued: boolean;
  /** Whether every cell has ended; set by the orchestrator. */
  readonly finished: boolean;
  /** Questions asked so far. */
  readonly asks: number;
  /**
   * What they cost, in US dollars, by the prices there were: of an answer that tells its tokens what they cost, of any
   * other question the most it can have cost.
   */
  readonly spentUsd: number;
  /** Whether nothing more is asked because the calls or the money are spent. */
  readonly budgetReached: boolean;
  readonly createdAt: Date;
}

/** What {@link RunStore.openRun} is told. */
export interface OpenRunRequest {
  readonly plan: RunPlan;
  readonly planHash: string;
  readonly settings: RunSettings;
  readonly queueName: string;
  /** Start the next run of the series, whatever the latest one is. @default false */
  readonly startNew?: boolean;
}

/**
 * What {@link RunStore.openRun} found.
 *
 * - `created`: a new run, with no cell enqueued yet.
 * - `continued`: the latest run, unfinished and of the same plan hash; its plan, which may say now that a surface is
 *   elsewhere, and its settings are those of the request.
 * - `finished`: the latest run, of the same plan, has ended; nothing was changed.
 * - `changed`: the latest run is of another plan; nothing was changed.
 */
export interface OpenedRun {
  readonly kind: "created" | "continued" | "finished" | "changed";
  readonly run: Run;
}

/** A cell to enqueue. Its query, surface and so on are in the run's plan. */
export interface PlannedCell {
  readonly jobId: string;
  readonly queryId: string;
  readonly surfaceId: SurfaceId;
  readonly locationId: LocationId;
  readonly repeat: number;
}

/** A cell as it stands. */
export interface RunCell extends PlannedCell {
  readonly state: CellState;
  readonly generation: number;
  /** The current result; a cell that has not ended has none. */
  readonly result?: JobResult;
}

/** How many cells of a run are in which state. `planned` is always the sum of the others. */
export type Ledger = { readonly [State in CellState]: number } & { readonly planned: number };

/** Where one lane of a run stands. */
export interface LaneReport {
  readonly lane: string;
  readonly ledger: Ledger;
  /** Jobs of the lane under lease now, of any run. */
  readonly running: number;
  /** There while none of its cells that wait may be claimed. */
  readonly waiting?: Wait;
}

/** Chooses cells. A cell must match every list that is given; an absent list matches all. */
export interface CellFilter {
  readonly states?: readonly CellState[];
  readonly codes?: readonly string[];
  readonly surfaces?: readonly SurfaceId[];
  readonly locations?: readonly LocationId[];
  readonly queries?: readonly string[];
}

/** Why a cell has no answer. */
export interface CellReason {
  readonly state: CellState;
  readonly code: string;
  readonly cells: number;
  /** The message of one of them. */
  readonly example: string;
}

/** Keeps runs, their cells, attempts and results. Results are append-only; `current` ones are of the latest generation. */
export interface RunStore {
  /** Finds or makes the run that a start is about, in one transaction, so that two starts at once share one run. */
  openRun(request: OpenRunRequest): Promise<OpenedRun>;
  /** Adds cells, at most 10,000 at a time. Cells that are there already stay as they are. */
  enqueue(runId: string, cells: readonly PlannedCell[]): Promise<void>;
  /** Says that every cell of the plan has been enqueued. */
  markEnqueued(runId: string): Promise<void>;
  /** Says that the run has ended; does nothing while a cell of it is open. */
  markFinished(runId: string): Promise<void>;
  findRun(runId: string): Promise<Run | undefined>;
  /** The latest run of a study. */
  latestRun(study: string): Promise<Run | undefined>;
  /** Runs, latest first: every one, or those alone that have not finished. */
  runs(which?: "all" | "unfinished"): Promise<Run[]>;
  ledger(runId: string): Promise<Ledger>;
  lanes(runId: string): Promise<LaneReport[]>;
  /** Why cells have no answer, most cells first. */
  reasons(runId: string): Promise<CellReason[]>;
  /** The current results, or with `superseded` all of them, in the order they were written. */
  results(runId: string, options?: { readonly superseded?: boolean }): AsyncIterable<JobResult>;
  /** Every cell that has been enqueued, as it stands, in the order of the plan. */
  cells(runId: string): AsyncIterable<RunCell>;
  /**
   * Makes ended or parked cells pending again, in a new generation; their results are no longer current, and the run is
   * no longer finished. Without `states` it chooses the failed ones.
   *
   * @returns how many cells.
   */
  retry(runId: string, filter: CellFilter): Promise<number>;
  /** Ends cells that have not ended as cancelled; a lease on one is void from then on. @returns how many cells. */
  cancel(runId: string, filter?: CellFilter): Promise<number>;
  /** Lets nothing that the pause covers be claimed or asked until it is over. A longer pause is not shortened. */
  pause(pause: Pause): Promise<void>;
  resume(scope: PauseScope): Promise<void>;
  /** Takes back the leases of workers that are gone, one crash each. @returns how many. */
  reap(): Promise<number>;
  /** Facts about the run that are no part of it, such as a changed setting; append-only. */
  log(runId: string, event: string, detail: Json): Promise<void>;
  close(): Promise<void>;
}
