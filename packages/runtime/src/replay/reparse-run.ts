import {
  type Answer,
  isBenthamError,
  type Job,
  type JobResult,
  type Run,
  type RunStore,
  type SurfaceAdapterRegistry,
} from "@bentham/core";
import { type Exchange, readBag, type ReadBag } from "@bentham/evidence-collector";
import { classifyError } from "@bentham/executor";
import { askRecorded, type RecordedQuestion } from "@bentham/surface-adapters";
import { type AnswerChange, answerChanges, type ReadAnswer } from "./answer-changes.ts";

/** How a cell reads today. */
export interface ReparsedCell {
  readonly jobId: string;
  readonly queryId: string;
  readonly surfaceId: string;
  readonly locationId: string;
  readonly repeat: number;
  readonly outcome: "equal" | "differs" | "unavailable";
  /** The adapter, and its versions. Absent where the bag could not be read. */
  readonly adapter?: { readonly name: string; readonly recorded: string; readonly today: string };
  /** By member of the answer, what reads otherwise. */
  readonly changes?: Readonly<Record<string, AnswerChange>>;
  /** Why it could not be read again. */
  readonly reason?: string;
}

/** What runs are read again with. */
export interface ReparseParts {
  readonly store: RunStore;
  readonly evidenceFolder: string;
  readonly adapters: SurfaceAdapterRegistry;
}

/**
 * Reads the recorded answers of a run's current results with today's adapters, a bag at a time, and compares them with what was
 * read then. Nothing is asked, and nothing is changed.
 */
export async function* reparseRun(parts: ReparseParts, run: Run): AsyncIterable<ReparsedCell> {
  for await (const result of parts.store.results(run.runId)) {
    const { jobId, queryId, surfaceId, locationId, repeat = 1 } = result;
    yield { jobId, queryId, surfaceId, locationId, repeat, ...(await reparse(parts, run, result)) };
  }
}

type Reparsed = Pick<ReparsedCell, "outcome" | "adapter" | "changes" | "reason">;

async function reparse({ evidenceFolder, adapters }: ReparseParts, run: Run, result: JobResult): Promise<Reparsed> {
  const { bagPath, sha256Hash = "" } = result.evidence ?? {};
  if (bagPath === undefined) return { outcome: "unavailable", reason: "no evidence of it was kept" };
  const bag = await readBag(evidenceFolder, bagPath, sha256Hash);
  if ("unavailable" in bag) return { outcome: "unavailable", reason: bag.unavailable };
  const job = jobOf(run, result);
  try {
    const adapter = adapters.resolve(job);
    const recorded = textOf(memberOf(bag.statement["adapter"], "version"));
    const versions = { adapter: { name: adapter.name, recorded, today: adapter.version } };
    if (!bag.exchanges) return { outcome: "unavailable", ...versions, reason: "its evidence keeps no bodies" };
    const today = await readingOf(() => askRecorded(adapter, job, bag.exchanges?.map(questionOf) ?? []));
    if ("absent" in today) return { outcome: "unavailable", ...versions, reason: today.absent };
    const changes = answerChanges(recordedIn(bag), today.answer);
    return Object.keys(changes).length === 0
      ? { outcome: "equal", ...versions }
      : { outcome: "differs", ...versions, changes };
  } catch (error) {
    // Its adapter is not known here: the configuration that defines it is another one.
    if (isBenthamError(error) && error.code === "SURFACE_UNKNOWN") {
      return { outcome: "unavailable", reason: error.message };
    }
    throw error;
  }
}

/** What a reading gives: an answer, or how it fails, as the executor would tell it. */
async function readingOf(
  read: () => Promise<Omit<Answer, "responseTimeMs">>,
): Promise<{ readonly answer: ReadAnswer } | { readonly absent: string }> {
  try {
    const answer: ReadAnswer = JSON.parse(JSON.stringify(await read()));
    return { answer };
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (isBenthamError(cause) && cause.code === "SURFACE_FEATURE_ABSENT") return { absent: cause.message };
    }
    return { answer: { error: classifyError(error).code } };
  }
}

/** What was read then. An answer that did not pass its gates was read all the same: gates are not looked at here. */
function recordedIn({ statement, answer }: ReadBag): ReadAnswer {
  if (answer && "text" in answer) return answer;
  return { error: textOf(memberOf(statement["error"], "code")) };
}

function jobOf(run: Run, { jobId, queryId, surfaceId, locationId }: JobResult): Job {
  const settings = run.plan.surfaces.find(({ id }) => id === surfaceId)?.settings;
  const query = run.plan.queries.find(({ id }) => id === queryId)?.text ?? "";
  return {
    jobId,
    studyId: run.study,
    queryId,
    surfaceId,
    locationId,
    query,
    ...(settings ? { surface: settings } : {}),
  };
}

function questionOf({ request: { method, url }, response, ending }: Exchange): RecordedQuestion {
  const bytes = response?.body.bytes;
  if (!response || !bytes || ending !== "complete") return { method, url };
  const { status, statusText, headers } = response;
  return { method, url, response: { status, statusText, headers, body: bytes } };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
