export { createEvidenceCollector, type EvidenceCollectorOptions } from "./create-evidence-collector.ts";
export type { Software } from "./software.ts";
