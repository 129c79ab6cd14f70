export type { ContractCase } from "./contract-case.ts";
export { inboxContract, type InboxHarness } from "./inbox-contract.ts";
export { jobQueueContract } from "./job-queue-contract.ts";
export type { JobQueueHarness } from "./job-queue-harness.ts";
export { resultOf } from "./result-of.ts";
export { runStoreContract, type RunStoreHarness } from "./run-store-contract.ts";
export { bagsOf, evidenceStoreContract, type EvidenceStoreHarness, writeBag } from "./evidence-store-contract.ts";
