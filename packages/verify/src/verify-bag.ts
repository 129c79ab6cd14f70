import { createHash, hash } from "node:crypto";
import { createReadStream, lstatSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BagProblem } from "./bag-problem.ts";
import { type ManifestEntry, parseManifest } from "./manifest.ts";
import { type PublicKey, readPublicKey } from "./signature.ts";
import { statedSigner } from "./stated-signer.ts";
import { CHAIN, type StampedBag, stampOf, TIME_STAMP } from "./time-stamp/stamp-of-bag.ts";
import type { TimeStamp } from "./time-stamp/verify-time-stamp.ts";
import { readTombstone } from "./tombstone.ts";
import { verifyPruned } from "./verify-pruned.ts";

const PAYLOAD_MANIFEST = "manifest-sha256.txt";
const TAG_MANIFEST = "tagmanifest-sha256.txt";
const SIGNATURE = "tagmanifest-sha256.txt.sig";
const KEY = "key.pem";

/**
 * A file up to so many bytes is read at once, and without a promise: a bag has ten such files, and waiting for each of them
 * takes many times as long as reading it.
 */
const SMALL = 262_144;

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
  /** There when the bag was deleted on purpose, and a tombstone stands in its place: the hash and the signer are told by that. */
  readonly pruned?: { readonly at: string; readonly reason: string };
  /** Empty when the bag is whole. */
  readonly problems: readonly BagProblem[];
}

/**
 * Checks a bag (BagIt 1.0, RFC 8493): that every file has the hash its manifest says, and that no file is there that no
 * manifest names; that its signature, where it has one or says so, is its key's, and its time stamp one of it. They tell who sealed and
 * who stamped the bag only where `key` and `authorities` say whose they must be. Reads files as streams; follows no links. Rejects only when a file cannot be read.
 */
export async function verifyBag(folder: string, options: VerifyBagOptions = {}): Promise<VerifiedBag> {
  const { key, authorities } = options;
  const problems: BagProblem[] = [];
  const present = await filesOf(folder, problems);
  const stone = await readTombstone(folder, key);
  if (stone) return verifyPruned(folder, stone, present);
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
    const entries = await entriesOf(folder, manifest, present, problems);
    for (const { file } of entries) {
      named.add(file);
      if (file.startsWith("data/") === isPayload) continue;
      problems.push({
        kind: "malformed",
        file: manifest,
        message: `names ${file}, which belongs in the other manifest`,
      });
    }
    for (const entry of entries) {
      const problem = await problemOf(folder, entry, present);
      if (problem) problems.push(problem);
      else files += 1;
    }
  }
  for (const file of present.keys()) {
    if (!named.has(file)) problems.push({ kind: "unlisted", file, message: "is there, and no manifest names it" });
  }
  const tagManifest = present.has(TAG_MANIFEST) ? await readFile(join(folder, TAG_MANIFEST)) : Buffer.of();
  const sha256 = present.has(TAG_MANIFEST) ? hash("sha256", tagManifest, "hex") : undefined;
  const signedBy = await signerOf({ folder, present, tagManifest, authorities }, key, problems);
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

/** The fingerprint of the key that a bag is signed with: the expected one, and the one that its statement names. */
async function signerOf(
  { folder, present, tagManifest }: StampedBag,
  expected: PublicKey | undefined,
  problems: BagProblem[],
): Promise<string | undefined> {
  const isSigned = present.has(SIGNATURE);
  const stated = statedSigner(folder, present);
  if (!isSigned && !present.has(KEY) && !expected && !stated) return undefined;
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
  if (!own.isSignatureOf(tagManifest, await readFile(join(folder, SIGNATURE)))) {
    problems.push({ kind: "forged", file: SIGNATURE, message: `is no signature of ${TAG_MANIFEST} by ${KEY}` });
    return undefined;
  }
  if (expected && own.fingerprint !== expected.fingerprint) {
    const message = `signed by another key: expected ${expected.fingerprint}, got ${own.fingerprint}`;
    problems.push({ kind: "forged", file: KEY, message });
  } else if (stated && own.fingerprint !== stated.fingerprint) {
    const message = `is not the key that ${stated.file} names: expected ${stated.fingerprint}, got ${own.fingerprint}`;
    problems.push({ kind: "forged", file: KEY, message });
  }
  return own.fingerprint;
}

async function entriesOf(
  folder: string,
  manifest: string,
  present: ReadonlyMap<string, number>,
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
  { file, hash: expected }: ManifestEntry,
  present: ReadonlyMap<string, number>,
): Promise<BagProblem | undefined> {
  const size = present.get(file);
  if (size === undefined) return { kind: "missing", file, message: "is not there" };
  const found = await hashOf(join(folder, file), size);
  if (found === expected) return undefined;
  return { kind: "changed", file, message: `expected ${expected}, got ${found}` };
}

async function hashOf(path: string, size: number): Promise<string> {
  if (size <= SMALL) return hash("sha256", readFileSync(path), "hex");
  const streamed = createHash("sha256");
  await pipeline(createReadStream(path), streamed);
  return streamed.digest("hex");
}

/** Every plain file below a folder, relative to it, and how many bytes it has; whatever else is there is a problem. */
async function filesOf(folder: string, problems: BagProblem[]): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path).split(sep).join("/");
    if (entry.isFile()) files.set(file, lstatSync(path).size);
    else problems.push({ kind: "malformed", file, message: "is no plain file" });
  }
  return files;
}
