import { resolve, sep } from "node:path";
import type { BagProblem } from "./bag-problem.ts";
import type { PublicKey } from "./signature.ts";
import { filesOfStatement, readSignedStatement } from "./signed-statement.ts";

/** The name of the statement that stands where a bag was. */
export const TOMBSTONE = "tombstone";

/** The files of a tombstone. */
export const TOMBSTONE_FILES: readonly string[] = filesOfStatement(TOMBSTONE);

/** What stands in the place of a bag that was deleted on purpose. */
export interface Tombstone {
  /** The bag, from the evidence folder. */
  readonly bag: string;
  /** The hash that it had. */
  readonly bagSha256: string;
  /** When it was deleted, in ISO 8601. */
  readonly prunedAt: string;
  readonly reason: string;
  /** Fingerprint of the key that signed this. Absent without a good signature. */
  readonly signedBy?: string;
  /** Empty when it is whole, signed as it should be, and of the bag whose place it stands in. */
  readonly problems: readonly BagProblem[];
}

/**
 * The tombstone in a bag's folder; undefined where there is none.
 *
 * @param key The key that it must be signed with. @default its own
 */
export async function readTombstone(folder: string, key?: PublicKey): Promise<Tombstone | undefined> {
  const found = await readSignedStatement(folder, TOMBSTONE, key);
  if (!found) return undefined;
  const { members = {}, signedBy } = found;
  const problems = [...found.problems];
  const text = (name: string): string => {
    const value = members[name];
    return typeof value === "string" ? value : "";
  };
  const stone = {
    bag: text("bag"),
    bagSha256: text("bagSha256"),
    prunedAt: text("prunedAt"),
    reason: text("reason"),
  };
  const file = TOMBSTONE_FILES[0] ?? TOMBSTONE;
  if (members["format"] !== "bentham-tombstone/1" || stone.bagSha256 === "" || stone.prunedAt === "") {
    problems.push({ kind: "malformed", file, message: "is no tombstone" });
  } else if (stone.bag !== placeOf(folder)) {
    // One that was copied from elsewhere would cover a deletion that nobody signed.
    problems.push({ kind: "forged", file, message: `is that of ${stone.bag}, and stands in ${placeOf(folder)}` });
  }
  return { ...stone, ...(signedBy === undefined ? {} : { signedBy }), problems };
}

/** A bag's place as its tombstone has it: run, job and attempt. */
function placeOf(folder: string): string {
  return resolve(folder).split(sep).slice(-3).join("/");
}
