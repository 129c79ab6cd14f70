import { posix } from "node:path";
import { arrows, TESTBED } from "./arrows.ts";

/**
 * Judges one import by the arrows: undefined when it may stand, else the reason against it.
 * @param file the importing file, relative to the repository's root, with forward slashes
 * @param specifier what it imports, as written
 */
export function judgeImport(file: string, specifier: string): string | undefined {
  const from = placeOf(file);
  if (from === undefined) return undefined;
  if (specifier.startsWith(".")) return judgePath(from, posix.join(posix.dirname(file), specifier));
  if (/^(?:\/|file:)/.test(specifier)) return "imports by an absolute path: name the package";
  const [, name, subpath = ""] = /^@bentham\/([^/]+)(?:\/(.*))?$/.exec(specifier) ?? [];
  if (name !== undefined) return judgeName(from, name, subpath);
  if (from.owner === "executor" && /^(?:playwright|@playwright\/)/.test(specifier)) {
    return "the executor knows sessions by the ports of core, never by Playwright";
  }
  return undefined;
}

/** Where a file is: in which package or folder, and there in which part. */
interface Place {
  readonly owner: string;
  /** `src` is what gets published; the rest are tests and programs. */
  readonly part: string;
}

function placeOf(file: string): Place | undefined {
  const [, name, part = ""] = /^packages\/([^/]+)\/(?:([^/]+)\/)?/.exec(file) ?? [];
  if (name !== undefined) return { owner: name, part };
  const [folder = ""] = file.split("/");
  return file.includes("/") && folder in arrows ? { owner: folder, part: "" } : undefined;
}

function judgePath({ owner, part }: Place, file: string): string | undefined {
  const target = placeOf(file);
  if (target?.owner === owner) {
    return part === "src" && target.part === "test" ? "what is published imports nothing of its tests" : undefined;
  }
  // A folder of the repository has no name to import it by: the path is the way.
  if (target && !file.startsWith("packages/") && mayImport({ owner, part }, target.owner)) return undefined;
  return `a path out of ${owner}: import a package by its name`;
}

function judgeName(from: Place, name: string, subpath: string): string | undefined {
  if (/^(?:src|dist|test)(?:\/|$)/.test(subpath))
    return `@bentham/${name}/${subpath} is inside: import what it exports`;
  if (name === from.owner) {
    return from.part === "src" ? "a package imports its own files by their paths" : undefined;
  }
  if (mayImport(from, name)) return undefined;
  const allowed = arrows[from.owner]?.join(", ") || "nothing of ours";
  return `${from.owner} may not import @bentham/${name}: tools/arrows.ts allows it ${allowed}`;
}

function mayImport({ owner, part }: Place, name: string): boolean {
  return Boolean(arrows[owner]?.includes(name)) || (name === TESTBED && part !== "src" && owner !== "tools");
}
