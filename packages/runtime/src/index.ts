export { type Configuration, readConfiguration } from "./configuration.ts";
export { openRuntime, type Runtime, type RuntimeOptions } from "./open-runtime.ts";
export { openEvidenceStore, type OpenedEvidenceStore } from "./open-evidence-store.ts";
export { runStudy, type RunStudyOptions, type StudyEnding } from "./run-study.ts";
export { withWorker, type WithWorkerOptions } from "./with-worker.ts";
export { workerMeans, type WorkerMeans, type WorkerMeansOptions } from "./worker-means.ts";
export { makeFolder } from "./make-folder.ts";
export { openStore } from "./open-store.ts";
export { openBaoOf } from "./open-bao-of.ts";
export { resumeAndTend, resumingLanes } from "./resume-lanes.ts";
export {
  endItem,
  expiresAfter,
  goOnWithOthers,
  type InboxParts,
  type ItemEnding,
  tendInbox,
} from "./inbox/tend-inbox.ts";
export { holdItem } from "./inbox/hold-item.ts";
export { accountOf, type HandOver, openHandOver, type HandOverPlace } from "./inbox/open-hand-over.ts";
export { credentialProblems, type CredentialSources, vaultOf } from "./credential-problems.ts";
export { vaultFileOf } from "./vault-file-of.ts";
export { knownSurfaces, readWebSurfaces } from "./web-surfaces.ts";
export { cellsUnlike, type SealedRun, sealedRuns } from "./seal-run-root.ts";
export { givenStamps, stampStanding, type StampReport, type StampStanding } from "./time-stamps.ts";
export { stampDataFolder } from "./stamp-data-folder.ts";
export { holdOf, holdRun, type KeepingParts, releaseRun } from "./keeping/hold-run.ts";
export { type Keeping, openKeeping } from "./keeping/open-keeping.ts";
export { type PrunableBag, prunableBags, pruneBags, type PruneChoice } from "./keeping/prune-run.ts";
export { reparseRun, type ReparsedCell } from "./replay/reparse-run.ts";
export { adaptersOf } from "./adapters-of.ts";
export { type WaczSources, writeRunWacz, type WrittenWacz } from "./replay/write-run-wacz.ts";
export { bundleRun, importedKeys, unbundleRun, type UnbundleOptions } from "./keeping/bundle-run.ts";
export { CREDENTIAL_TYPES, DEFAULT_ID, materialFromText, type ShownCredential } from "@bentham/credential-vault";
