export { loadStudy, type Study, type StudySurface } from "./study/load-study.ts";
export { studyJsonSchema } from "./study/study-schema.ts";

export { type KnownSurface, type PlannedStudy, type PlanOptions, planStudy } from "./plan/plan-study.ts";
export { type Estimate, estimate, type LaneEstimate } from "./plan/estimate.ts";
export { differenceOf } from "./plan/difference.ts";

export { type StartedRun, startRun, type StartRunOptions } from "./run/start-run.ts";
export { conductRun, type ConductOptions, type RunEnding, type RunProgress, standingOf } from "./run/conduct-run.ts";
export { ledgerLine } from "./run/ledger-line.ts";
export { type Condition, conditionsOf, EXIT_CODES, exitCodeOf } from "./run/exit-code.ts";

export { readYamlFile, type ReadYamlOptions } from "./yaml/read-yaml-file.ts";
export { type FileIssue, InvalidFileError } from "./yaml/invalid-file-error.ts";
