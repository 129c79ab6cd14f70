export { type Configuration, readConfiguration } from "./configuration.ts";
export { openRuntime, type Runtime, type RuntimeOptions } from "./open-runtime.ts";
export { runStudy, type RunStudyOptions } from "./run-study.ts";
export { withWorker, type WithWorkerOptions } from "./with-worker.ts";
export { makeFolder } from "./make-folder.ts";
export { openStore } from "./open-store.ts";
export { credentialProblems, type CredentialSources } from "./credential-problems.ts";
export { vaultFileOf } from "./vault-file-of.ts";
export { knownSurfaces, readWebSurfaces } from "./web-surfaces.ts";
