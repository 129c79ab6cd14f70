export { verifyBag, type VerifiedBag, type VerifyBagOptions } from "./verify-bag.ts";
export { findBags } from "./find-bags.ts";
export type { BagProblem, ProblemKind } from "./bag-problem.ts";
export { type PublicKey, readPublicKey } from "./signature.ts";
export { readSignedStatement, type SignedStatement, filesOfStatement } from "./signed-statement.ts";
export { readTombstone, type Tombstone, TOMBSTONE, TOMBSTONE_FILES } from "./tombstone.ts";
export { findRuns, rootCells, rootName, verifyRun, type VerifiedRun, type VerifyRunOptions } from "./verify-run.ts";
