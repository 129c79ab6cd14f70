import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BagFile } from "./bag-files.ts";

/** Writes new files into `folder`, through to the disk. When one fails, all have ended by the time it is told. */
export async function writeSynced(folder: string, files: readonly BagFile[]): Promise<void> {
  const folders = new Set(files.map(({ path }) => dirname(join(folder, path))));
  for (const inner of folders) await mkdir(inner, { recursive: true });
  await allEnded(files.map(({ path, bytes }) => writeFileSynced(join(folder, path), bytes)));
  await allEnded(Array.from(folders.add(folder), (inner) => syncFolder(inner)));
}

/** Makes `folder`, with what is missing above it, through to the disk. */
export async function makeFolderSynced(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Makes the names in `folder` last. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeFileSynced(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works)) if (outcome.status === "rejected") throw outcome.reason;
}
