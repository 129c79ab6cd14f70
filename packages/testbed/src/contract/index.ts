export type { ContractCase } from "./contract-case.ts";
export { jobQueueContract, type JobQueueHarness, resultOf } from "./job-queue-contract.ts";
export { runStoreContract, type RunStoreHarness } from "./run-store-contract.ts";
export { bagsOf, evidenceStoreContract, type EvidenceStoreHarness, writeBag } from "./evidence-store-contract.ts";
