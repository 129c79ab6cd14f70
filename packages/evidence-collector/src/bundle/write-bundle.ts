import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Clock, systemClock } from "@bentham/core";
import { pack as packTar, type Pack } from "tar-stream";
import { bagInfo } from "../bag/bag-info.ts";
import { syncFolder } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";
import type { SigningKey } from "../prove/signing-key.ts";
import { sha256 } from "../sha256.ts";
import { slug } from "../slug.ts";
import type { Software } from "../software.ts";

/** What is bundled, and where. */
export interface WriteBundleOptions {
  /** The file. It is there whole, or not at all; one that is there already is not overwritten. */
  readonly out: string;
  /** The evidence folder. */
  readonly folder: string;
  readonly runId: string;
  /** The run's rows, a line each, without its end. */
  readonly rows: AsyncIterable<string>;
  readonly signingKey: SigningKey;
  readonly software: Software;
  /** @default the real clock */
  readonly clock?: Clock;
}

/**
 * Writes a run as one tar file: a signed bag (BagIt 1.0) of its evidence folder and its rows, in a folder of its own. Files are
 * streamed; rows and the manifest wait on the disk until their place has come.
 *
 * @returns SHA-256 (hex) of the bundle's tag manifest.
 * @throws the error of the file system, EEXIST where `out` is there.
 */
export async function writeBundle(options: WriteBundleOptions): Promise<string> {
  const { out, clock = systemClock } = options;
  await (await open(out, "wx", 0o600)).close(); // Nobody else may take its place meanwhile.
  const drafts = ["tar", "rows", "manifest"].map((name) => `${out}.${randomUUID()}.${name}.draft`);
  const [draft = "", rows = "", manifest = ""] = drafts;
  try {
    await pipeline(Readable.from(linesOf(options.rows)), createWriteStream(rows, { flags: "wx", mode: 0o600 }));
    const tar = packTar();
    const writing = pipeline(tar, createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true }));
    const [hash] = await Promise.all([fill(tar, options, { rows, manifest, mtime: new Date(clock.now()) }), writing]);
    await rename(draft, out);
    await syncFolder(dirname(out));
    return hash;
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  } finally {
    for (const path of drafts) await rm(path, { force: true });
  }
}

interface Drafts {
  readonly rows: string;
  readonly manifest: string;
  readonly mtime: Date;
}

async function fill(tar: Pack, options: WriteBundleOptions, drafts: Drafts): Promise<string> {
  try {
    return await fillBag(new TarBag(tar, `${slug(options.runId)}-bundle`, drafts.mtime), options, drafts);
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function fillBag(
  bag: TarBag,
  { folder, runId, signingKey, software }: WriteBundleOptions,
  { rows, manifest, mtime }: Drafts,
): Promise<string> {
  const tags = new Map<string, string>();
  const tag = async (name: string, content: string): Promise<void> => {
    tags.set(name, await bag.bytes(name, Buffer.from(content)));
  };
  await tag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
  const info = {
    "Bag-Software-Agent": `${software.name} ${software.version}`,
    "Bagging-Date": mtime.toISOString().slice(0, 10),
    "External-Identifier": `${slug(runId)}-bundle`,
    "Bag-Group-Identifier": slug(runId),
  };
  await tag("bag-info.txt", bagInfo(info));
  await tag("key.pem", signingKey.publicPem);
  const listed = await open(manifest, "wx", 0o600);
  try {
    await listed.appendFile(lineOf(await bag.file("data/rows.jsonl", rows), "data/rows.jsonl"));
    for await (const file of filesIn(join(folder, slug(runId)))) {
      const name = `data/evidence/${slug(runId)}/${file}`;
      await listed.appendFile(lineOf(await bag.file(name, join(folder, slug(runId), file)), name));
    }
  } finally {
    await listed.close();
  }
  tags.set("manifest-sha256.txt", await bag.file("manifest-sha256.txt", manifest));
  const tagManifest = Buffer.from(
    Array.from(tags, ([name, hash]) => lineOf(hash, name))
      .sort()
      .join(""),
  );
  await bag.bytes("tagmanifest-sha256.txt", tagManifest);
  await bag.bytes("tagmanifest-sha256.txt.sig", signingKey.sign(tagManifest));
  bag.finish();
  return sha256(tagManifest);
}

/** Puts files into a tar, one after the other, and tells their hashes. */
class TarBag {
  readonly #tar: Pack;
  readonly #top: string;
  readonly #mtime: Date;

  constructor(tar: Pack, top: string, mtime: Date) {
    this.#tar = tar;
    this.#top = top;
    this.#mtime = mtime;
  }

  async bytes(name: string, bytes: Buffer): Promise<string> {
    return this.#add(name, bytes.length, [bytes]);
  }

  async file(name: string, path: string): Promise<string> {
    const { size } = await stat(path);
    return this.#add(name, size, createReadStream(path));
  }

  finish(): void {
    this.#tar.finalize();
  }

  async #add(name: string, size: number, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
    const hash = createHash("sha256");
    const entry = this.#tar.entry({ name: `${this.#top}/${name}`, size, mode: 0o600, mtime: this.#mtime });
    const hashed = async function* hashing(): AsyncIterable<Buffer> {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
    await pipeline(Readable.from(hashed()), entry);
    return hash.digest("hex");
  }
}

/** Plain files below a folder, a folder at a time, without drafts. None where it is not there. */
async function* filesIn(folder: string, below = ""): AsyncIterable<string> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT" && below === "") return [];
    throw error;
  });
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name.endsWith(".draft")) continue;
    const name = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(folder, name);
    else if (entry.isFile()) yield name;
  }
}

async function* linesOf(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}

function lineOf(hash: string, name: string): string {
  return `${hash}  ${name}\n`;
}
