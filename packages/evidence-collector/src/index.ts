export { createEvidenceCollector, type EvidenceCollectorOptions } from "./create-evidence-collector.ts";
export type { Software } from "./software.ts";
export { openSigningKey, type SigningKey } from "./prove/signing-key.ts";
