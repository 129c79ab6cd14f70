import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The files that a bag says in whose key signs it: that of an attempt, or of a root. */
const STATEMENTS = ["data/evidence.json", "data/root.json"] as const;

/** Longest statement that is read, in bytes. */
const LONGEST = 16_777_216;

/** Whose key must sign a bag, as its own statement has it. */
export interface StatedSigner {
  readonly file: string;
  /** SHA-256 (hex) of the public key's DER. */
  readonly fingerprint: string;
}

/**
 * Whom a bag's statement names as its signer, so that a signature which was taken away is missed, and one of another key is
 * seen where nobody says whose it must be. Undefined where no statement names one.
 *
 * @param present Its plain files, and how many bytes each has.
 */
export function statedSigner(folder: string, present: ReadonlyMap<string, number>): StatedSigner | undefined {
  const file = STATEMENTS.find((name) => present.has(name));
  if (file === undefined || (present.get(file) ?? 0) > LONGEST) return undefined;
  try {
    const fingerprint: unknown = JSON.parse(readFileSync(join(folder, file), "utf8")).signature.keySha256;
    return typeof fingerprint === "string" ? { file, fingerprint } : undefined;
  } catch {
    return undefined; // It names nobody; whether it is as it was is told by its hash.
  }
}
