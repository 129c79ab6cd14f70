import type { HumanBehaviorOptions } from "./config/human-behavior.ts";
import type { RetryStrategy } from "./config/retry-strategy.ts";
import type { LocationId, SurfaceId } from "./ids.ts";

/** How much evidence an attempt keeps: all of it, the statement and the answer alone, or nothing. */
export type EvidenceLevel = "full" | "metadata" | "none";

/** The evidence levels, fullest first. */
export const EVIDENCE_LEVELS: readonly EvidenceLevel[] = ["full", "metadata", "none"];

/** What an answer must be like to count. */
export interface QualityGates {
  /** Fewest characters (Unicode code points) of the answer. @default 1 */
  readonly minLength?: number;
}

/** How a surface is asked: what the study says of it, and nothing secret. */
export interface SurfaceSettings {
  /** The adapter that asks it. @default the surface's id */
  readonly adapter?: string;
  /** Where the surface is, for adapters that can ask more than one place. */
  readonly baseURL?: string;
  /** The model asked for, in the vendor's own name. */
  readonly model?: string;
  /** Most tokens of the answer. */
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  /** An instruction ahead of the query. */
  readonly system?: string;
}

/** The work order of one cell. */
export interface Job {
  /** A UUID; see `jobIdOf`. */
  readonly jobId: string;
  readonly studyId: string;
  readonly queryId: string;
  readonly surfaceId: SurfaceId;
  readonly locationId: LocationId;
  /** The text that is asked, exactly. */
  readonly query: string;

  /** The run it belongs to, where it belongs to one. */
  readonly runId?: string;
  /** Which repetition of the cell, from 1. @default 1 */
  readonly repeat?: number;
  /** How the surface is asked. @default the adapter of the surface's own name, with its defaults */
  readonly surface?: SurfaceSettings;
  /** The pool its credential comes from. Without one, the surface is asked without a credential. */
  readonly credentialPool?: string;
  /** @default "full" */
  readonly evidence?: EvidenceLevel;
  /** @default a non-empty answer */
  readonly gates?: QualityGates;
  readonly retry?: Partial<RetryStrategy>;
  /** How input on a page is timed and shaped; `false` for no imitation of people at all. @default their own defaults */
  readonly human?: HumanBehaviorOptions | false;
  /** When it is no longer worth asking, in milliseconds since the Unix epoch. */
  readonly deadline?: number;
}
