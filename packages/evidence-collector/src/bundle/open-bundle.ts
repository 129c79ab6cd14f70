import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BenthamError, type Clock, systemClock } from "@bentham/core";
import { type PublicKey, verifyBag } from "@bentham/verify";
import { extract } from "tar-stream";
import { Staging } from "../bag/staging.ts";
import { TAKEN } from "../bag/store-bag.ts";
import { syncFolder } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";

/** A bundle that has been unpacked and checked, beside the evidence that it is to join. Disposing it removes what is left. */
export interface OpenBundle extends AsyncDisposable {
  /** The file of the run's rows. */
  readonly rows: string;
  /** The public key that the bundle is signed with, in PEM, and its fingerprint. */
  readonly keyPem: string;
  readonly signedBy: string;
  /** Puts the folder of the run's evidence into its place. One that is there must be the very same: a killed one's. */
  place(runFolder: string): Promise<void>;
}

/** What is opened. */
export interface OpenBundleOptions {
  readonly file: string;
  /** The evidence folder that it is to join. */
  readonly folder: string;
  /** The key that it must be signed with. @default its own */
  readonly key?: PublicKey | undefined;
  /** @default the real clock */
  readonly clock?: Clock;
}

/**
 * Unpacks a bundle into the staging folder, and checks each file against its manifest, and the signature.
 *
 * @throws BenthamError USAGE for what is no bundle, is damaged, or is signed by another key; the error of the file system.
 */
export async function openBundle({ file, folder, key, clock = systemClock }: OpenBundleOptions): Promise<OpenBundle> {
  const { root, staged } = await new Staging(folder, clock).open();
  const remove = (): Promise<void> => rm(staged, { recursive: true, force: true });
  try {
    await unpack(file, staged);
    const [top, ...more] = await readdir(staged);
    if (top === undefined || more.length > 0) throw damaged(file, "it is no bundle of one run");
    const bag = join(staged, top);
    const { problems, signedBy } = await verifyBag(bag, key ? { key } : {});
    const [problem] = problems;
    if (problem) throw damaged(file, `${problem.file} ${problem.message}`);
    if (signedBy === undefined) throw damaged(file, "it is not signed");
    return {
      rows: join(bag, "data", "rows.jsonl"),
      keyPem: await readFile(join(bag, "key.pem"), "utf8"),
      signedBy,
      place: (runFolder) => place(join(bag, "data", "evidence"), root, runFolder),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Writes each file of a tar below a folder. What is no plain file, or would leave the folder, is refused. */
async function unpack(file: string, folder: string): Promise<void> {
  const entries = createReadStream(file).on("error", (error) => tar.destroy(error));
  const tar = extract();
  entries.pipe(tar);
  const folders = new Set([folder]);
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      if (type !== "directory") {
        if (type !== "file" || !staysInside(name)) throw damaged(file, `it holds ${JSON.stringify(name)}`);
        const path = join(folder, ...name.split("/"));
        await mkdir(dirname(path), { recursive: true });
        for (let above = dirname(path); !folders.has(above); above = dirname(above)) folders.add(above);
        await writeFrom(entry, path);
      }
      entry.resume();
    }
  } catch (error) {
    entries.destroy();
    // A tar that is cut or none is the file's fault; what the file system says is not.
    if (error instanceof BenthamError || (error instanceof Error && "syscall" in error)) throw error;
    throw damaged(file, error instanceof Error ? error.message : "it is no tar file");
  }
  for (const made of folders) await syncFolder(made);
}

async function writeFrom(chunks: AsyncIterable<unknown>, path: string): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    for await (const chunk of chunks) if (chunk instanceof Uint8Array) await handle.appendFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function staysInside(name: string): boolean {
  return !/[\\\0]/.test(name) && name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

async function place(evidence: string, root: string, runFolder: string): Promise<void> {
  const found = await readdir(evidence).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return []; // A run of which no evidence was kept.
    throw error;
  });
  if (found.length === 0) return;
  if (found.join() !== runFolder) throw new BenthamError("USAGE", "the bundle's evidence is not that of its run");
  try {
    await rename(join(evidence, runFolder), join(root, runFolder));
  } catch (error) {
    if (!TAKEN.has(codeOf(error))) throw error;
    if ((await hashOfFolder(join(evidence, runFolder))) !== (await hashOfFolder(join(root, runFolder)))) {
      throw new BenthamError("USAGE", `there is other evidence in ${join(root, runFolder)}: nothing was changed`);
    }
  }
  await syncFolder(root);
}

/** A hash of all names and bytes below a folder. */
async function hashOfFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();
  for (const name of names) {
    hash.update(`${name}\n`);
    for await (const chunk of createReadStream(join(folder, name))) {
      if (chunk instanceof Uint8Array) hash.update(chunk);
    }
  }
  return hash.digest("hex");
}

function damaged(file: string, why: string): BenthamError {
  return new BenthamError("USAGE", `${file} cannot be taken in: ${why}. Nothing was changed`);
}
