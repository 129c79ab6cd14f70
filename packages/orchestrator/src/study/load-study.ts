import { basename, dirname, resolve } from "node:path";
import type {
  EvidenceLevel,
  HumanBehaviorOptions,
  LaneLimits,
  LocationId,
  OnUncertain,
  PlannedQuery,
  QualityGates,
  RetryStrategy,
  SurfaceId,
  SurfaceSettings,
} from "@bentham/core";
import { type QueryFile, readQueryFile } from "../queries/read-query-file.ts";
import type { PathStep } from "../yaml/document-path.ts";
import { type FileIssue, InvalidFileError } from "../yaml/invalid-file-error.ts";
import { type InspectedYaml, inspectYamlFile, type IssueOptions } from "../yaml/read-yaml-file.ts";
import { humanOf } from "./human-of.ts";
import { crossIssues, memberOf } from "./cross-checks.ts";
import { notYetSupported, type StudyFile, studySchema } from "./study-schema.ts";

/** A surface as the study has it. */
export interface StudySurface {
  readonly id: SurfaceId;
  readonly settings: SurfaceSettings;
  /** The pool that the study names. */
  readonly credential?: string;
  readonly evidence: EvidenceLevel;
  /** How input on its pages is timed and shaped, where that is another way than the study's. */
  readonly human?: HumanBehaviorOptions | false;
}

/** A study, read and checked, with its defaults filled in. */
export interface Study {
  /** The name of the file it was read from. */
  readonly file: string;
  readonly name: string;
  readonly queries: readonly PlannedQuery[];
  readonly surfaces: readonly StudySurface[];
  readonly locations: readonly LocationId[];
  readonly repeats: number;
  /** Most jobs in hand at once, per process. */
  readonly concurrency: number;
  readonly gates: QualityGates;
  /** How input on web pages is timed and shaped; `false` for no imitation of people. */
  readonly human: HumanBehaviorOptions | false;
  readonly retry: Partial<RetryStrategy>;
  /** By surface. */
  readonly limits: ReadonlyMap<SurfaceId, LaneLimits>;
  /** Most questions of the run; no limit when absent. */
  readonly budgetCalls?: number;
  /** Most that the run may cost, in US dollars; no limit when absent. */
  readonly budgetUsd?: number;
  /** Milliseconds since the Unix epoch. */
  readonly deadline?: number;
  readonly onUncertain: OnUncertain;
  /** The issue to tell about a place in the file. */
  readonly issue: (path: readonly PathStep[], message: string, options?: IssueOptions) => FileIssue;
}

/**
 * Reads a study, and the file of its queries where it names one.
 *
 * @throws InvalidFileError STUDY_INVALID with every issue there is, each with its line and column.
 */
export async function loadStudy(file: string): Promise<Study> {
  const inspected = await inspectYamlFile(file, studySchema, {
    what: "study",
    code: "STUDY_INVALID",
    notYet: notYetSupported,
  });
  const { value } = inspected;
  const listed = await queriesInFile(dirname(file), inspected);
  const issues = [...inspected.issues, ...crossIssues(inspected), ...(listed?.issues ?? [])];
  if (!value || issues.length > 0) throw new InvalidFileError("STUDY_INVALID", issues);
  return {
    file: basename(file),
    name: value.name,
    queries: Array.isArray(value.queries) ? value.queries : (listed?.queries ?? []),
    surfaces: value.surfaces.map((surface) => surfaceOf(surface, value)),
    locations: value.locations,
    repeats: value.repeats,
    concurrency: value.concurrency,
    gates: value.gates,
    human: humanOf(value.human),
    retry: value.retry,
    limits: new Map(Object.entries(value.limits)),
    ...(value.budget.calls === undefined ? {} : { budgetCalls: value.budget.calls }),
    ...(value.budget.usd === undefined ? {} : { budgetUsd: value.budget.usd }),
    ...(value.deadline === undefined ? {} : { deadline: Date.parse(value.deadline) }),
    onUncertain: value.onUncertain,
    issue: inspected.issue,
  };
}

function surfaceOf(surface: StudyFile["surfaces"][number], study: StudyFile): StudySurface {
  const { id, credential, evidence = study.evidence, human, ...settings } = surface;
  return {
    id,
    settings,
    ...(credential === undefined ? {} : { credential }),
    evidence,
    ...(human === undefined ? {} : { human: humanOf(study.human, human) }),
  };
}

/** The questions of the file that a study names, also when something else is wrong with the study. */
async function queriesInFile(folder: string, { raw, issue }: InspectedYaml<unknown>): Promise<QueryFile | undefined> {
  const named = memberOf(memberOf(raw, "queries"), "file");
  if (typeof named !== "string" || named === "") return undefined;
  return readQueryFile(resolve(folder, named), (message) => issue(["queries", "file"], message));
}
