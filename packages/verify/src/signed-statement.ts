import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BagProblem } from "./bag-problem.ts";
import { type PublicKey, readPublicKey } from "./signature.ts";

/** The files of a signed statement of this name: itself, its signature, and the public key. */
export function filesOfStatement(name: string): readonly [statement: string, signature: string, key: string] {
  return [`${name}.json`, `${name}.json.sig`, `${name}-key.pem`];
}

/** What was found of a statement that stands in a folder with its signature and its key. */
export interface SignedStatement {
  /** Its members; undefined where it is no JSON object. Nobody vouches for them unless `signedBy` is there. */
  readonly members: Readonly<Record<string, unknown>> | undefined;
  /** Fingerprint of the key that it is signed with. Absent without a good signature. */
  readonly signedBy?: string;
  /** Empty when it is a statement, and signed as it should be. */
  readonly problems: readonly BagProblem[];
}

/**
 * Reads the statement `<name>.json` in a folder: one JSON object, signed like a bag (ECDSA over P-256 with SHA-256, in DER,
 * over the bytes of the file) in `<name>.json.sig` by the key in `<name>-key.pem`. Undefined where there is none.
 *
 * @param key The key that it must be signed with. @default its own
 */
export async function readSignedStatement(
  folder: string,
  name: string,
  key?: PublicKey,
): Promise<SignedStatement | undefined> {
  const [statement, signature, keyFile] = filesOfStatement(name);
  const bytes = await bytesOf(join(folder, statement));
  if (!bytes) return undefined;
  const members = membersIn(bytes);
  const problem = (kind: BagProblem["kind"], file: string, message: string): SignedStatement => ({
    members,
    problems: [{ kind, file, message }],
  });
  if (!members) return problem("malformed", statement, "is no JSON object");
  const [signed, pem] = [await bytesOf(join(folder, signature)), await bytesOf(join(folder, keyFile))];
  if (!signed) return problem("missing", signature, `is not there: ${statement} is not signed`);
  const own = pem && readPublicKey(pem.toString("utf8"));
  if (!own) return problem("malformed", keyFile, "is no public key over P-256 in PEM");
  if (!own.isSignatureOf(bytes, signed)) return problem("forged", signature, `is no signature of ${statement}`);
  if (key && key.fingerprint !== own.fingerprint) {
    const message = `signed by another key: expected ${key.fingerprint}, got ${own.fingerprint}`;
    return { ...problem("forged", keyFile, message), signedBy: own.fingerprint };
  }
  return { members, signedBy: own.fingerprint, problems: [] };
}

function membersIn(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // It is no JSON, which is told by whoever asked.
  }
  return undefined;
}

async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
