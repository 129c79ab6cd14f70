import type { HumanBehaviorOptions } from "./config/human-behavior.ts";
import type { RetryStrategy } from "./config/retry-strategy.ts";
import type { LocationId, SurfaceId } from "./ids.ts";

/** How much evidence an attempt keeps: all of it, the statement and the answer alone, or nothing. */
export type EvidenceLevel = "full" | "metadata" | "none";

/** The evidence levels, fullest first. */
export const EVIDENCE_LEVELS: readonly EvidenceLevel[] = ["full", "metadata", "none"];

/** What an answer must be like to count. An answer that is not fails with GATE_FAILED, and is kept beside the failure. */
export interface QualityGates {
  /** Fewest characters (Unicode code points, without white space at either end); 0 lets an empty answer count. @default 1 */
  readonly minLength?: number;
  /** Most characters, counted alike. @default Infinity */
  readonly maxLength?: number;
  /** The languages it may be in (ISO 639-1). One that cannot be told passes, flagged `language-undecided`. @default any */
  readonly language?: readonly string[];
  /** Whether a text that is an error page's counts. @default "fail" */
  readonly errorPage?: "fail" | "pass";
  /** What must all stand in it: a text as it is, or an expression between slashes, with the flags i, m or s. */
  readonly mustMatch?: readonly string[];
  /** What must not stand in it, written alike. */
  readonly mustNotMatch?: readonly string[];
  /** How whole its evidence must be: `partial` lets any count that could be kept. @default it may be missing */
  readonly evidence?: "complete" | "partial";
  /** Most retries of a job whose answer fails, within those of its retry strategy; 0 for none. @default 0 */
  readonly retry?: number;
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
