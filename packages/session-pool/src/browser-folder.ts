import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { hasEnded, processMark } from "@bentham/core";

/**
 * Most characters of a folder that Chromium keeps its temporary files in: it puts a socket up to 50 characters deeper,
 * and Linux allows 107 in the path of one.
 */
const LONGEST_TEMPORARY = 57;

/** Names the process that a folder belongs to, and the temporary folder where that is elsewhere. */
const OWNER = "owner";

/** What begins the name of a temporary folder that is elsewhere. */
const ELSEWHERE = "bentham-browser-";

/** Where one browser keeps its files. */
export interface BrowserFolder {
  readonly profile: string;
  readonly artifacts: string;
  /** What the browser takes for `TMPDIR`. */
  readonly temporary: string;
  /** Removes all of it. */
  remove(): Promise<void>;
}

/**
 * Makes a folder for one browser inside of `parent`, after removing what browsers of ended processes left there. Where
 * `parent` is too deep for Chromium, its temporary files go to the machine's own temporary folder.
 */
export async function makeBrowserFolder(parent: string): Promise<BrowserFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await sweep(parent);
  const path = resolve(parent, randomUUID().slice(0, 8));
  await mkdir(path, { mode: 0o700 });
  const temporary = await makeTemporary(path);
  await writeFile(join(path, OWNER), `${await processMark()}\n${temporary}\n`, { mode: 0o600 });
  return {
    profile: join(path, "profile"),
    artifacts: join(path, "artifacts"),
    temporary,
    remove: () => removeAll([temporary, path]),
  };
}

async function makeTemporary(path: string): Promise<string> {
  const inside = join(path, "tmp");
  if (inside.length > LONGEST_TEMPORARY) return mkdtemp(join(tmpdir(), ELSEWHERE));
  await mkdir(inside, { mode: 0o700 });
  return inside;
}

/** Removes what nobody will use any more. What cannot be looked at or removed stays. */
async function sweep(parent: string): Promise<void> {
  const names = await readdir(parent);
  await Promise.allSettled(names.map((name) => removeAbandoned(join(parent, name))));
}

async function removeAbandoned(path: string): Promise<void> {
  const [mark = "", temporary = ""] = (await readFile(join(path, OWNER), "utf8")).split("\n");
  if (!(await hasEnded(mark))) return;
  // The file could say anything: only what this module makes is removed.
  const isElsewhere = dirname(temporary) === tmpdir() && temporary.startsWith(join(tmpdir(), ELSEWHERE));
  await removeAll(isElsewhere ? [temporary, path] : [path]);
}

/** A browser that has just been killed may be writing still, for a moment. */
async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
