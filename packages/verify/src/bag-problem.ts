/**
 * What is wrong with a file of a bag.
 *
 * - `changed`: its hash is not what the manifest says.
 * - `missing`: the manifest names it, and it is not there.
 * - `unlisted`: it is there, and no manifest names it.
 * - `malformed`: it is not what its format demands, or no plain file.
 * - `forged`: it is no signature of what it stands for, or not by the key that it should be by.
 */
export type ProblemKind = "changed" | "missing" | "unlisted" | "malformed" | "forged";

/** One thing that is wrong with a bag. */
export interface BagProblem {
  readonly kind: ProblemKind;
  /** The file, relative to the bag, with forward slashes. */
  readonly file: string;
  /** In words. */
  readonly message: string;
}
