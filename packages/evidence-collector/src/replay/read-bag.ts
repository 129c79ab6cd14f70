import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "@bentham/core";
import { readTombstone } from "@bentham/verify";
import { codeOf } from "../bag/system-error.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { sha256 } from "../sha256.ts";
import { exchangesIn } from "./har-exchanges.ts";

/** What is read of a bag again. */
export interface ReadBag {
  readonly sha256: string;
  /** `evidence.json`. */
  readonly statement: Readonly<Record<string, Json | undefined>>;
  /** `answer.json`; absent where nothing was answered. */
  readonly answer?: Readonly<Record<string, Json | undefined>>;
  /** Absent where no bodies were to be kept. */
  readonly exchanges?: readonly Exchange[];
  /** A file of it that its manifest names; undefined where it has none of that name. */
  file(path: `data/${string}`): Promise<Buffer | undefined>;
}

/** A bag that could not be read again, and why. */
export interface UnreadableBag {
  readonly unavailable: string;
}

/**
 * Reads what a bag recorded. Every file is held against the manifests, and the bag against the hash that it must have: what
 * was changed since is not read as if it had been recorded.
 *
 * @param path From the evidence folder, with forward slashes.
 */
export async function readBag(folder: string, path: string, expected: string): Promise<ReadBag | UnreadableBag> {
  const bag = join(folder, ...path.split("/"));
  if (await readTombstone(bag)) return { unavailable: "its evidence was pruned" };
  try {
    return await readWhole(bag, expected);
  } catch (error) {
    if (error instanceof NotAsSealed) return { unavailable: error.message };
    if (codeOf(error) === "ENOENT") return { unavailable: "its bag is not there, or not whole" };
    throw error;
  }
}

/** A file of a bag is not what was sealed. */
class NotAsSealed extends Error {}

async function readWhole(bag: string, expected: string): Promise<ReadBag> {
  const tagManifest = await readFile(join(bag, "tagmanifest-sha256.txt"));
  if (sha256(tagManifest) !== expected) throw new NotAsSealed("its bag is not the one that the result names");
  const tags = hashesIn(tagManifest.toString("utf8"));
  const manifest = await sealed(bag, "manifest-sha256.txt", tags);
  const hashes = hashesIn(manifest.toString("utf8"));
  const file = async (path: string): Promise<Buffer | undefined> =>
    hashes.has(path) ? await sealed(bag, path, hashes) : undefined;
  const statement = objectIn(await sealed(bag, "data/evidence.json", hashes));
  const [answer, har] = [await file("data/answer.json"), await file("data/network.har")];
  return {
    sha256: expected,
    statement,
    ...(answer ? { answer: objectIn(answer) } : {}),
    ...(har ? { exchanges: exchangesIn(har.toString("utf8")) } : {}),
    file,
  };
}

async function sealed(bag: string, path: string, hashes: ReadonlyMap<string, string>): Promise<Buffer> {
  const bytes = await readFile(join(bag, ...path.split("/")));
  if (sha256(bytes) === hashes.get(path)) return bytes;
  throw new NotAsSealed(`${path} in its bag is not what was sealed`);
}

/** The hashes of a manifest of ours by file. */
function hashesIn(manifest: string): Map<string, string> {
  const lines = manifest.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function objectIn(bytes: Buffer): Readonly<Record<string, Json | undefined>> {
  const value: Readonly<Record<string, Json>> = JSON.parse(bytes.toString("utf8"));
  return value;
}
