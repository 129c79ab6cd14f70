import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { arrows, TESTBED } from "../arrows.ts";

const root = join(import.meta.dirname, "..", "..");
const folders = globSync(["packages/*/package.json", "*/package.json"], { cwd: root, exclude: ["node_modules"] })
  .map((file) => dirname(file))
  .sort();

interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

describe.for(folders)("%s", (folder) => {
  const manifest: Manifest = JSON.parse(read(folder, "package.json"));
  const { name, dependencies, devDependencies, optionalDependencies, peerDependencies } = manifest;
  const owner = basename(folder);
  const allowed = arrows[owner] ?? [];

  test("is called after its folder and has its row in the list of arrows", () => {
    expect(name).toBe(`@bentham/${owner}`);
    expect(arrows).toHaveProperty([owner]);
  });

  test("depends on what the arrows allow", () => {
    const named = ours({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    expect(named.filter((each) => !allowed.includes(each))).toEqual([]);
  });

  test("is tested with what the arrows allow, and the testbed", () => {
    expect(ours(devDependencies).filter((each) => each !== TESTBED && !allowed.includes(each))).toEqual([]);
  });

  test("is compiled against the packages it depends on, and no others", () => {
    const expected = ours({ ...dependencies, ...optionalDependencies, ...peerDependencies });
    expect(references(folder, "tsconfig.json")).toEqual(expected);
  });

  test("compiles its tests against itself, its dependencies and the testbed", () => {
    const known = [owner, ...ours({ ...dependencies, ...devDependencies })];
    expect(references(folder, "tsconfig.test.json").filter((each) => !known.includes(each))).toEqual([]);
  });
});

test("core needs nothing at run time", () => {
  const core: Manifest = JSON.parse(read("packages/core", "package.json"));
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = core;
  const required = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  expect(Object.keys({ ...dependencies, ...optionalDependencies })).toEqual([]);
  expect(required).toEqual([]);
});

test("each script makes way for the bootstrap, so that npm's signals reach it", () => {
  const { scripts }: Manifest = JSON.parse(read(".", "package.json"));
  const others = Object.entries(scripts ?? {}).filter(
    ([, line]) => !line.startsWith("exec node tools/with-runtime.mjs "),
  );
  expect(others).toEqual([]);
});

/** Which of these packages are ours, by the names of their folders, sorted. */
function ours(dependencies: Readonly<Record<string, string>> = {}): string[] {
  return Object.keys(dependencies)
    .filter((name) => name.startsWith("@bentham/"))
    .map((name) => name.slice("@bentham/".length))
    .sort();
}

/** The packages that a TypeScript project refers to, by the names of their folders, sorted. */
function references(folder: string, file: string): string[] {
  if (!existsSync(join(root, folder, file))) return [];
  const project: { references?: { path: string }[] } = JSON.parse(read(folder, file));
  return (project.references ?? []).map(({ path }) => basename(join(root, folder, path))).sort();
}

function read(folder: string, file: string): string {
  return readFileSync(join(root, folder, file), "utf8");
}
