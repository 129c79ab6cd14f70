import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BagProblem } from "./bag-problem.ts";
import { type ManifestEntry, parseManifest } from "./manifest.ts";
import { type PublicKey, readPublicKey } from "./signature.ts";
import { CHAIN, stampOf, TIME_STAMP } from "./time-stamp/stamp-of-bag.ts";
import type { TimeStamp } from "./time-stamp/verify-time-stamp.ts";

const PAYLOAD_MANIFEST = "manifest-sha256.txt";
const TAG_MANIFEST = "tagmanifest-sha256.txt";
const SIGNATURE = "tagmanifest-sha256.txt.sig";
const KEY = "key.pem";

/** What a bag is checked for beside its manifests. */
export interface VerifyBagOptions {
  /** The key that it must be signed with. @default its own, or none */
  readonly key?: PublicKey;
  /** Certificates in PEM, one of which the chain of a time stamp must end at. @default whatever it ends at */
  readonly authorities?: readonly string[];
}

/** What was found of a bag. */
export interface VerifiedBag {
  readonly folder: string;
  /** Files whose hash is what the manifests say. */
  readonly files: number;
  /** SHA-256 (hex) of the tag manifest, which covers every file of the bag: what a result names. Absent without one. */
  readonly sha256?: string;
  /** Fingerprint of the key that it is signed with: SHA-256 (hex) of the public key's DER. Absent without a good signature. */
  readonly signedBy?: string;
  /** When it was there at the latest, and who says so. Absent without a good time stamp. */
  readonly timeStamp?: TimeStamp;
  /** Empty when the bag is whole. */
  readonly problems: readonly BagProblem[];
}

/**
 * Checks a bag (BagIt 1.0, RFC 8493): that every file has the hash its manifest says, and that no file is there that no
 * manifest names; that its signature, where it has one, is its key's, and its time stamp one of it. They tell who sealed and
 * who stamped the bag only where `key` and `authorities` say whose they must be. Reads files as streams; follows no links. Rejects only when a file cannot be read.
 */
export async function verifyBag(folder: string, options: VerifyBagOptions = {}): Promise<VerifiedBag> {
  const { key, authorities } = options;
  const problems: BagProblem[] = [];
  const present = await filesOf(folder, problems);
  const declaration = present.has("bagit.txt") ? await readFile(join(folder, "bagit.txt"), "utf8") : "";
  if (!/^BagIt-Version: 1\.0\r?\nTag-File-Character-Encoding: UTF-8\r?\n?$/.test(declaration)) {
    problems.push({ kind: "malformed", file: "bagit.txt", message: "does not declare a bag of BagIt 1.0 in UTF-8" });
  }
  const named = new Set([TAG_MANIFEST, SIGNATURE, TIME_STAMP, CHAIN]);
  let files = 0;
  for (const [manifest, isPayload] of [
    [PAYLOAD_MANIFEST, true],
    [TAG_MANIFEST, false],
  ] as const) {
    for (const entry of await entriesOf(folder, manifest, present, problems)) {
      named.add(entry.file);
      if (entry.file.startsWith("data/") !== isPayload) {
        problems.push({
          kind: "malformed",
          file: manifest,
          message: `names ${entry.file}, which belongs in the other manifest`,
        });
      }
      const problem = await problemOf(folder, entry, present);
      if (problem) problems.push(problem);
      else files += 1;
    }
  }
  for (const file of present) {
    if (!named.has(file)) problems.push({ kind: "unlisted", file, message: "is there, and no manifest names it" });
  }
  const sha256 = present.has(TAG_MANIFEST) ? await hashOf(join(folder, TAG_MANIFEST)) : undefined;
  const signedBy = await signerOf(folder, key, present, problems);
  const tagManifest = present.has(TAG_MANIFEST) ? await readFile(join(folder, TAG_MANIFEST)) : Buffer.of();
  const timeStamp = await stampOf({ folder, present, tagManifest, authorities }, problems);
  return {
    folder,
    files,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(signedBy === undefined ? {} : { signedBy }),
    ...(timeStamp === undefined ? {} : { timeStamp }),
    problems,
  };
}

/** The fingerprint of the key that a bag is signed with. */
async function signerOf(
  folder: string,
  expected: PublicKey | undefined,
  present: ReadonlySet<string>,
  problems: BagProblem[],
): Promise<string | undefined> {
  const isSigned = present.has(SIGNATURE);
  if (!isSigned && !present.has(KEY) && !expected) return undefined;
  if (!isSigned || !present.has(KEY) || !present.has(TAG_MANIFEST)) {
    const file = isSigned ? KEY : SIGNATURE;
    problems.push({ kind: "missing", file, message: "is not there: the bag is not signed" });
    return undefined;
  }
  const own = readPublicKey(await readFile(join(folder, KEY), "utf8"));
  if (!own) {
    problems.push({ kind: "malformed", file: KEY, message: "is no public key over P-256 in PEM" });
    return undefined;
  }
  const [bytes, signature] = [await readFile(join(folder, TAG_MANIFEST)), await readFile(join(folder, SIGNATURE))];
  if (!own.isSignatureOf(bytes, signature)) {
    problems.push({ kind: "forged", file: SIGNATURE, message: `is no signature of ${TAG_MANIFEST} by ${KEY}` });
    return undefined;
  }
  if (expected && own.fingerprint !== expected.fingerprint) {
    const message = `signed by another key: expected ${expected.fingerprint}, got ${own.fingerprint}`;
    problems.push({ kind: "forged", file: KEY, message });
  }
  return own.fingerprint;
}

async function entriesOf(
  folder: string,
  manifest: string,
  present: ReadonlySet<string>,
  problems: BagProblem[],
): Promise<readonly ManifestEntry[]> {
  if (!present.has(manifest)) {
    problems.push({ kind: "missing", file: manifest, message: "is not there" });
    return [];
  }
  const parsed = parseManifest(await readFile(join(folder, manifest), "utf8"));
  if ("entries" in parsed) return parsed.entries;
  problems.push({ kind: "malformed", file: manifest, message: `line ${parsed.badLine} is no hash and path` });
  return [];
}

async function problemOf(
  folder: string,
  { file, hash }: ManifestEntry,
  present: ReadonlySet<string>,
): Promise<BagProblem | undefined> {
  if (!present.has(file)) return { kind: "missing", file, message: "is not there" };
  const found = await hashOf(join(folder, file));
  if (found === hash) return undefined;
  return { kind: "changed", file, message: `expected ${hash}, got ${found}` };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Every plain file below a folder, relative to it; whatever else is there is a problem. */
async function filesOf(folder: string, problems: BagProblem[]): Promise<Set<string>> {
  const files = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path).split(sep).join("/");
    if ((await lstat(path)).isDirectory()) continue;
    if (entry.isFile()) files.add(file);
    else problems.push({ kind: "malformed", file, message: "is no plain file" });
  }
  return files;
}
