import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { linesOf } from "../lines.ts";
import { sha256Of } from "../sha256-of.ts";
import { type AuditPath, AuditPathMaker } from "./audit-path.ts";

/** The proof that a cell is under the root of its run: enough to check it by the root's bag, without the other cells. */
export interface InclusionProof {
  readonly format: "bentham-inclusion/1";
  readonly runId: string;
  /** Which root: its number, and the SHA-256 (hex) of the tag manifest of its bag. */
  readonly root: { readonly number: number; readonly sha256: string };
  /** The cell's line, without its line feed: the leaf. */
  readonly cell: string;
  readonly merkle: AuditPath;
}

/** A cell, as its line has it. */
export interface ProvenCell {
  readonly jobId: string;
  /** The folder of its bag, from the folder that the run's lies in; null without one. */
  readonly bag: string | null;
  readonly bagSha256: string | null;
}

/**
 * Proves that a cell is under a root. Cells are read as a stream.
 *
 * @param root The folder of the root's bag, with all of its cells.
 * @param isIt Which cell it is for: the first that is.
 * @returns undefined when no cell is the one.
 * @throws the error of the file system, or SyntaxError when what is there is no root. It is not checked otherwise: `verifyBag` does that.
 */
export async function proveInclusion(
  root: string,
  isIt: (cell: ProvenCell) => boolean,
): Promise<InclusionProof | undefined> {
  const statement: { readonly runId: string; readonly number: number } = JSON.parse(
    await readFile(join(root, "data", "root.json"), "utf8"),
  );
  const sha256 = await sha256Of(join(root, "tagmanifest-sha256.txt"));
  const maker = new AuditPathMaker();
  let found: string | undefined;
  for await (const line of linesOf(join(root, "data", "cells.jsonl"))) {
    const matches = found === undefined && isIt(JSON.parse(line));
    if (matches) found = line;
    maker.add(line, matches);
  }
  const merkle = maker.end();
  if (found === undefined || !merkle || sha256 === undefined) return undefined;
  const { runId, number } = statement;
  return { format: "bentham-inclusion/1", runId, root: { number, sha256 }, cell: found, merkle };
}
