import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BagProblem } from "../bag-problem.ts";
import { type VerifiedBag, verifyBag, type VerifyBagOptions } from "../verify-bag.ts";
import { rootOver } from "./audit-path.ts";
import type { InclusionProof, ProvenCell } from "./prove-inclusion.ts";

/** What may be left out of a root that is handed over with a proof: the cells of the others. */
const CELLS = "data/cells.jsonl";

/** What is checked against a proof. */
export interface VerifyInclusionOptions extends VerifyBagOptions {
  /** The folder of the root's bag; its `data/cells.jsonl` may be left out. */
  readonly root: string;
  /** The folder of the cell's bag. Without one, only the cell's line is proven. */
  readonly bag?: string | undefined;
}

/** What was found of a proof. */
export interface VerifiedInclusion {
  /** The cell that is proven, when its line is one. */
  readonly cell?: ProvenCell;
  readonly root: VerifiedBag;
  readonly bag?: VerifiedBag;
  /** Empty when the cell is under the root, and the bag is the cell's. `proof` is the proof itself; files of the bags follow `root/` and `bag/`. */
  readonly problems: readonly BagProblem[];
}

/**
 * Checks by the proof, the root's bag and the cell's that the cell is under the root and the bag is its own: both bags are whole and signed,
 * the path leads from the cell's line to the Merkle root in the root's statement, and the line names the bag's hash.
 *
 * @param proof What was read from a proof's JSON: anything.
 */
export async function verifyInclusion(proof: unknown, options: VerifyInclusionOptions): Promise<VerifiedInclusion> {
  const problems: BagProblem[] = [];
  const root = await checkedBag(options.root, "root", options, problems);
  const bag = options.bag === undefined ? undefined : await checkedBag(options.bag, "bag", options, problems);
  const found = { root, ...(bag ? { bag } : {}), problems };
  if (!isProof(proof)) {
    problems.push({ kind: "malformed", file: "proof", message: "is no proof of the form bentham-inclusion/1" });
    return found;
  }
  const changed = (message: string): void => void problems.push({ kind: "changed", file: "proof", message });
  if (proof.root.sha256 !== root.sha256) changed(`is of the root ${proof.root.sha256}, and not of ${root.sha256}`);
  const stated = await statedMerkle(options.root);
  const over = rootOver(proof.cell, proof.merkle);
  if (over === undefined || over !== stated?.root || proof.merkle.leaves !== stated.leaves) {
    changed(`its path leads to ${over ?? "no root"}, and the root states ${stated?.root ?? "none"}`);
  }
  const cell = cellOf(proof.cell);
  if (!cell) changed("its line is no cell");
  else if (bag && cell.bagSha256 !== bag.sha256)
    changed(`its cell has the bag ${cell.bagSha256}, and not ${bag.sha256}`);
  return { ...(cell ? { cell } : {}), ...found };
}

async function checkedBag(
  folder: string,
  name: "root" | "bag",
  { key, authorities }: VerifyBagOptions,
  problems: BagProblem[],
): Promise<VerifiedBag> {
  const verified = await verifyBag(folder, { ...(key ? { key } : {}), ...(authorities ? { authorities } : {}) });
  for (const problem of verified.problems) {
    const isLeftOut = name === "root" && problem.kind === "missing" && problem.file === CELLS;
    if (!isLeftOut) problems.push({ ...problem, file: `${name}/${problem.file}` });
  }
  return verified;
}

async function statedMerkle(root: string): Promise<{ readonly leaves: number; readonly root: string } | undefined> {
  try {
    return JSON.parse(await readFile(join(root, "data", "root.json"), "utf8")).merkle;
  } catch {
    return undefined; // The bag's own check tells what is wrong with it.
  }
}

function cellOf(line: string): ProvenCell | undefined {
  try {
    const cell: ProvenCell = JSON.parse(line);
    return typeof cell.jobId === "string" ? cell : undefined;
  } catch {
    return undefined;
  }
}

function isProof(value: unknown): value is InclusionProof {
  if (typeof value !== "object" || value === null) return false;
  const { format, cell, root, merkle }: Partial<InclusionProof> = value;
  return (
    format === "bentham-inclusion/1" &&
    typeof cell === "string" &&
    typeof root?.sha256 === "string" &&
    Array.isArray(merkle?.path) &&
    merkle.path.every((hash) => typeof hash === "string")
  );
}
