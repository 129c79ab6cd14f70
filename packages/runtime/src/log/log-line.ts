import { isBenthamError, type JobResult, type KnownValues } from "@bentham/core";

/** Longest text of a line's member, in UTF-16 code units: some errors print whole pages. */
const LONGEST_TEXT = 2000;

/** How deep the causes of an error are told. */
const MOST_CAUSES = 5;

/** What could move a cursor, hide text, turn its direction or end a line, and JSON does not escape. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** What a line begins with. */
export interface LogHeading {
  readonly time: Date;
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly pid: number;
}

/**
 * An event as one line of JSON, without the end of the line. Errors are told by code, message and causes, results by
 * what they are and without the answer. No known value is in it, in no form, and nothing that a terminal would obey.
 */
export function logLine(heading: LogHeading, payload: object, known: KnownValues): string {
  const members = Object.entries(payload).map(([name, value]) => [name, loggable(value, known)]);
  const line = JSON.stringify({ ...heading, ...Object.fromEntries(members) });
  return known.scrub(line).replace(UNPRINTABLE, escaped);
}

function loggable(value: unknown, known: KnownValues): unknown {
  if (isResult(value)) return summaryOf(value, known);
  if (typeof value === "object" && value !== null) return errorOf(value, known);
  return typeof value === "string" ? shortened(value, known) : value;
}

function isResult(value: unknown): value is JobResult {
  return typeof value === "object" && value !== null && "metadata" in value && "jobId" in value;
}

function summaryOf(result: JobResult, known: KnownValues): object {
  const { error, response, metadata } = result;
  return {
    jobId: result.jobId,
    runId: result.runId,
    studyId: result.studyId,
    queryId: result.queryId,
    surfaceId: result.surfaceId,
    locationId: result.locationId,
    repeat: result.repeat,
    state: result.state,
    ...(error ? { code: error.code, message: shortened(error.message, known) } : {}),
    responseTimeMs: response?.responseTimeMs,
    flags: response?.flags,
    evidence: result.evidence?.state,
    executionTimeMs: metadata.executionTimeMs,
    attempts: metadata.attempts,
    asks: metadata.asks,
  };
}

/** Total: what was thrown may be anything, and may throw when it is looked at. */
function errorOf(error: unknown, known: KnownValues, depth = 1): unknown {
  try {
    if (!(error instanceof Error)) return shortened(String(error), known);
    const code = isBenthamError(error) || "code" in error ? String(error.code) : undefined;
    const cause =
      error.cause === undefined || depth >= MOST_CAUSES ? undefined : errorOf(error.cause, known, depth + 1);
    return { name: shortened(error.name, known), code, message: shortened(error.message, known), cause };
  } catch {
    return "something was thrown that cannot be read";
  }
}

/** Scrubbed before it is cut: of a value that is cut in two, the first half would be found no more. */
function shortened(text: string, known: KnownValues): string {
  const scrubbed = known.scrub(text);
  return scrubbed.length > LONGEST_TEXT ? `${scrubbed.slice(0, LONGEST_TEXT - 1)}…` : scrubbed;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }).join("");
}
