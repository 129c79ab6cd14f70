import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

const TAGS = ["bag-info.txt", "bagit.txt", "key.pem", "manifest-sha256.txt"];

/**
 * Writes the manifests of a bag anew, for what lies in it now; with a key, signs it, too. As somebody would who hides a change.
 *
 * @returns SHA-256 (hex) of its tag manifest.
 */
export async function reseal(bag: string, key?: KeyObject): Promise<string> {
  if (key) await writeFile(join(bag, "key.pem"), createPublicKey(key).export({ type: "spki", format: "pem" }));
  const entries = await readdir(join(bag, "data"), { recursive: true, withFileTypes: true });
  const payload = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(bag, join(entry.parentPath, entry.name)));
  await writeFile(join(bag, "manifest-sha256.txt"), await manifestOf(bag, payload.sort()));
  const tagManifest = await manifestOf(bag, TAGS);
  await writeFile(join(bag, "tagmanifest-sha256.txt"), tagManifest);
  if (key) await writeFile(join(bag, "tagmanifest-sha256.txt.sig"), sign("sha256", Buffer.from(tagManifest), key));
  return sha256(tagManifest);
}

/** Changes the lines of the cells of a root, and makes all that it says of them true again. */
export async function changeCells(
  root: string,
  change: (lines: readonly string[]) => readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const path = join(root, "data", "cells.jsonl");
  const lines = change((await readFile(path, "utf8")).trimEnd().split("\n"));
  await writeFile(path, lines.map((line) => `${line}\n`).join(""));
  const states = lines.map((line): string => JSON.parse(line).state);
  const statement = JSON.parse(await readFile(join(root, "data", "root.json"), "utf8"));
  for (const state of Object.keys(statement.cells)) {
    statement.cells[state] = states.filter((each) => state === "planned" || each === state).length;
  }
  Object.assign(statement.merkle, { leaves: lines.length, root: merkleRoot(lines).toString("hex") });
  await writeFile(join(root, "data", "root.json"), JSON.stringify({ ...statement, ...more }));
}

/** Signs a whole run anew: every bag, and every root with the hashes that they have then. */
export async function resealRun(run: string, key: KeyObject): Promise<void> {
  const anew = new Map<string, string>();
  const names = (await readdir(run)).toSorted();
  for (const job of names.filter((name) => !name.startsWith("root-"))) {
    for (const attempt of await readdir(join(run, job))) {
      const bag = join(run, job, attempt);
      const before = sha256(await readFile(join(bag, "tagmanifest-sha256.txt"), "utf8"));
      anew.set(before, await reseal(bag, key));
    }
  }
  let previous: string | null = null;
  for (const root of names.filter((name) => name.startsWith("root-"))) {
    const rehashed = (line: string): string => line.replaceAll(/[0-9a-f]{64}/g, (hash) => anew.get(hash) ?? hash);
    await changeCells(join(run, root), (lines) => lines.map(rehashed), { previous });
    previous = await reseal(join(run, root), key);
  }
}

/** Takes the time stamps of a run away. */
export async function unstamp(run: string): Promise<void> {
  for (const root of (await readdir(run)).filter((name) => name.startsWith("root-"))) {
    for (const file of ["tagmanifest-sha256.txt.tsr", "tsa-chain.pem"])
      await rm(join(run, root, file), { force: true });
  }
}

/** RFC 6962, section 2.1, as it stands there. */
function merkleRoot(lines: readonly string[]): Buffer {
  if (lines.length === 1) return digest(Buffer.of(0), Buffer.from(lines[0] ?? ""));
  let split = 1;
  while (2 * split < lines.length) split *= 2;
  return digest(Buffer.of(1), merkleRoot(lines.slice(0, split)), merkleRoot(lines.slice(split)));
}

async function manifestOf(folder: string, files: readonly string[]): Promise<string> {
  const lines = files.map(async (file) => `${sha256(await readFile(join(folder, file)))}  ${file}\n`);
  return (await Promise.all(lines)).join("");
}

function digest(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
