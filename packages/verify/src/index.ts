export { verifyBag, type VerifiedBag, type VerifyBagOptions } from "./verify-bag.ts";
export { findBags, findEvidence, type Found } from "./find-bags.ts";
export type { BagProblem, ProblemKind } from "./bag-problem.ts";
export { type PublicKey, readPublicKey } from "./signature.ts";
export { findRuns, rootCells, rootName, verifyRun, type VerifiedRun, type VerifyRunOptions } from "./verify-run.ts";
export { type TimeStamp, type VerifiedTimeStamp, verifyTimeStamp } from "./time-stamp/verify-time-stamp.ts";
export { type InclusionProof, proveInclusion, type ProvenCell } from "./inclusion/prove-inclusion.ts";
export { verifyInclusion, type VerifiedInclusion, type VerifyInclusionOptions } from "./inclusion/verify-inclusion.ts";
export type { AuditPath } from "./inclusion/audit-path.ts";
