import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import type { Evidence } from "@bentham/core";

/** The folder of a bag that must be there. */
export function bagOf(folder: string, evidence: Evidence | undefined): string {
  if (!evidence?.bagPath) throw new Error(`no bag: ${evidence?.reasons?.join("; ")}`);
  return join(folder, evidence.bagPath);
}

/** A JSON file of a bag. */
export async function readJson(bag: string, path: string): Promise<unknown> {
  return JSON.parse(await readFile(join(bag, path), "utf8"));
}

/** Every file under `folder`, as relative paths. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Checks a bag as a stranger would: with `sha256sum`. Rejects when it does not verify. */
export async function verifyWithSha256sum(bag: string): Promise<void> {
  const manifests = ["manifest-sha256.txt", "tagmanifest-sha256.txt"];
  await promisify(execFile)("sha256sum", ["--check", "--strict", "--quiet", ...manifests], { cwd: bag });
}
