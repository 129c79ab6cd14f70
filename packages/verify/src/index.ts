export { verifyBag, type VerifiedBag } from "./verify-bag.ts";
export { findBags } from "./find-bags.ts";
export type { BagProblem, ProblemKind } from "./bag-problem.ts";
