import { basename, dirname, resolve } from "node:path";
import type {
  EvidenceLevel,
  LaneLimits,
  LocationId,
  PlannedQuery,
  QualityGates,
  RetryStrategy,
  SurfaceId,
  SurfaceSettings,
} from "@bentham/core";
import { DIRECT } from "@bentham/core";
import { type FileIssue, InvalidFileError } from "../yaml/invalid-file-error.ts";
import { didYouMean } from "../yaml/nearest.ts";
import type { PathStep } from "../yaml/parse-yaml.ts";
import { type ReadYaml, readYaml } from "../yaml/read-yaml-file.ts";
import { readQueryFile } from "./query-file.ts";
import { notYetSupported, type StudyFile, studySchema } from "./study-schema.ts";

/** A surface as the study has it. */
export interface StudySurface {
  readonly id: SurfaceId;
  readonly settings: SurfaceSettings;
  /** The pool that the study names. */
  readonly credential?: string;
  readonly evidence: EvidenceLevel;
}

/** A study, read and checked, with its defaults filled in. */
export interface Study {
  /** The file it was read from. */
  readonly file: string;
  readonly name: string;
  readonly queries: readonly PlannedQuery[];
  readonly surfaces: readonly StudySurface[];
  readonly locations: readonly LocationId[];
  readonly repeats: number;
  readonly concurrency: number;
  readonly gates: QualityGates;
  readonly retry: Partial<RetryStrategy>;
  /** By surface. */
  readonly limits: Readonly<Record<SurfaceId, LaneLimits>>;
  readonly budgetCalls?: number;
  /** Milliseconds since the Unix epoch. */
  readonly deadline?: number;
  readonly onUncertain: "repeat" | "skip";
  /** The issue to tell about a place in the file. */
  issue(path: readonly PathStep[], message: string): FileIssue;
}

/**
 * Reads a study and the file of its queries.
 *
 * @throws InvalidFileError STUDY_INVALID with every issue there is, each with its line and column.
 */
export async function loadStudy(file: string): Promise<Study> {
  const read = await readYaml(file, studySchema, { what: "study", code: "STUDY_INVALID", notYet: notYetSupported });
  const { value } = read;
  const issues = crossIssues(read);
  const queries = Array.isArray(value.queries)
    ? value.queries
    : await readQueryFile(resolve(dirname(file), value.queries.file), read.issue(["queries", "file"], ""));
  if (issues.length > 0) throw new InvalidFileError("STUDY_INVALID", issues);
  return {
    file: basename(file),
    name: value.name,
    queries,
    surfaces: value.surfaces.map((surface) => surfaceOf(surface, value.evidence ?? "full")),
    locations: value.locations ?? [DIRECT],
    repeats: value.repeats ?? 1,
    concurrency: value.concurrency ?? 8,
    gates: withoutUndefined(value.gates ?? {}),
    retry: withoutUndefined(value.retry ?? {}),
    limits: Object.fromEntries(
      Object.entries(value.limits ?? {}).map(([surface, limits]) => [surface, withoutUndefined(limits)]),
    ),
    ...(value.budget?.calls === undefined ? {} : { budgetCalls: value.budget.calls }),
    ...(value.deadline === undefined ? {} : { deadline: Date.parse(value.deadline) }),
    onUncertain: value.onUncertain ?? "repeat",
    issue: (path, message) => read.issue(path, message),
  };
}

function surfaceOf(surface: StudyFile["surfaces"][number], evidence: EvidenceLevel): StudySurface {
  const { id, credential, evidence: own, ...settings } = surface;
  return {
    id,
    settings: withoutUndefined(settings),
    ...(credential === undefined ? {} : { credential }),
    evidence: own ?? evidence,
  };
}

/** What only the parts together can be wrong about. */
function crossIssues(read: ReadYaml<StudyFile>): FileIssue[] {
  const { value } = read;
  const issues: FileIssue[] = [];
  const duplicates = (path: string, ids: readonly string[], key?: string): void => {
    const seen = new Set<string>();
    for (const [index, id] of ids.entries()) {
      if (seen.has(id)) {
        issues.push(
          read.issue(key === undefined ? [path, index] : [path, index, key], `"${id}" stands here twice: rename one`),
        );
      }
      seen.add(id);
    }
  };
  if (Array.isArray(value.queries))
    duplicates(
      "queries",
      value.queries.map(({ id }) => id),
      "id",
    );
  const surfaces = value.surfaces.map(({ id }) => id);
  duplicates("surfaces", surfaces, "id");
  duplicates("locations", value.locations ?? []);
  for (const surface of Object.keys(value.limits ?? {})) {
    if (surfaces.includes(surface)) continue;
    issues.push(
      read.issue(["limits", surface], `the study has no surface "${surface}"${didYouMean(surface, surfaces)}`),
    );
  }
  return issues;
}

/** The same object without members that are undefined: what is not there must not overwrite a default. */
function withoutUndefined<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> };
function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}
