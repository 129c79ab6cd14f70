export { createEvidenceCollector, type EvidenceCollectorOptions } from "./create-evidence-collector.ts";
export type { Software } from "./software.ts";
export { openSigningKey, type SigningKey } from "./prove/signing-key.ts";
export { cellLine, type RunRoot, sealRun, type SealRunOptions } from "./prove/seal-run.ts";
export { slug as folderNameOf } from "./slug.ts";
