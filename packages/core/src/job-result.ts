import type { ProxyTraffic } from "./ports/proxy-manager.ts";
import type { LocationId, SurfaceId } from "./ids.ts";
import type { EndedState, Outcome } from "./outcome.ts";

/** Something about an answer that its reader should know; it does not make the answer less of one. */
export type AnswerFlag = "refused" | "filtered" | "truncated" | "language-undecided";

/** A source that an answer names. */
export interface Citation {
  readonly url: string;
  readonly title?: string;
  /** Where in the answer's text it stands: first and one past the last character, where the surface tells. */
  readonly start?: number;
  readonly end?: number;
}

/** Whether the evidence holds all it should, some of it, or could not be kept. */
export type EvidenceState = "complete" | "partial" | "failed";

/**
 * What came of comparing the text of the result with another record of it: equal after the evidence's normalisation,
 * different, or not to be had, as `evidence.json` says why.
 */
export type CheckState = "equal" | "different" | "not-available";

/** What one job gave. The seed's structure; every member beyond it is optional. */
export interface JobResult {
  jobId: string;
  studyId: string;
  surfaceId: SurfaceId;
  locationId: LocationId;
  queryId: string;

  /** True when there is an answer that passed its gates. */
  success: boolean;
  response?: {
    text: string;
    /** From the question to the end of the answer, in milliseconds. */
    responseTimeMs: number;
    /** Tokens of the answer, as the surface counts them. */
    tokenCount?: number;
    /** Tokens of the question, as the surface counts them. */
    inputTokens?: number;
    /** The model that answered, which may be another than the one asked for. */
    model?: string;
    /** Why the answer ended, in the surface's own word. */
    finishReason?: string;
    flags?: AnswerFlag[];
    citations?: Citation[];
  };

  error?: {
    code: string;
    message: string;
    isRetryable: boolean;
    /** Retries spent on it: failures beyond the first. */
    retryCount: number;
  };

  evidence?: {
    /** Paths are relative to the evidence folder. */
    screenshotPath?: string;
    htmlArchivePath?: string;
    harFilePath?: string;
    /** SHA-256 (hex) of the bag's `tagmanifest-sha256.txt`, which covers every file of it; empty when nothing was kept. */
    sha256Hash: string;
    capturedAt: Date;
    /** Folder of the bag. */
    bagPath?: string;
    state?: EvidenceState;
    /** Why the evidence is not complete. */
    reasons?: string[];
    /** Whether the text of the result is that of the network record, and that of the page. */
    check?: { network: CheckState; page: CheckState };
    /** Why it could not be kept, where that is for more than this attempt alone: no room, or a folder that cannot be written. */
    code?: "DISK_FULL" | "EVIDENCE_FAILED";
  };

  metadata: {
    /** When the attempt started. */
    executedAt: Date;
    /** How long the attempt took, from acquiring the first resource to the verdict, in milliseconds. */
    executionTimeMs: number;
    proxyUsed?: string;
    sessionId?: string;
    credentialId?: string;
    /** Attempts made for the job so far, this one among them. */
    attempts?: number;
    /** Questions this attempt put to the surface. */
    asks?: number;
    /** What went through the proxy. */
    proxyTraffic?: ProxyTraffic;
  };

  /** How the last attempt ended. */
  outcome?: Outcome;
  /** What the cell is, where the job is a cell of a run. */
  state?: EndedState;
  runId?: string;
  repeat?: number;
  /** Raised by `retry`; from 1. */
  generation?: number;
}

/** Writes a result as JSON: dates in ISO 8601, in UTC. */
export function encodeJobResult(result: JobResult): string {
  return JSON.stringify(result);
}

/**
 * Reads what {@link encodeJobResult} wrote; its dates are dates again.
 *
 * @throws SyntaxError when `json` is not JSON.
 */
export function decodeJobResult(json: string): JobResult {
  const result: JobResult = JSON.parse(json);
  result.metadata.executedAt = new Date(result.metadata.executedAt);
  if (result.evidence) result.evidence.capturedAt = new Date(result.evidence.capturedAt);
  return result;
}
