import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");

/** Every way in which a file of the executor could name the store. */
const forms: Readonly<Record<string, string>> = {
  import: `import { openSqliteStore } from "@bentham/job-store"; openSqliteStore();`,
  "import of a namespace": `import * as store from "@bentham/job-store"; store;`,
  "import for its effects": `import "@bentham/job-store";`,
  "import type": `import type { SqliteStore } from "@bentham/job-store"; export type A = SqliteStore;`,
  "import of a type by its mark": `import { type SqliteStore } from "@bentham/job-store"; export type A = SqliteStore;`,
  "export from": `export { openSqliteStore } from "@bentham/job-store";`,
  "export type from": `export type { SqliteStore } from "@bentham/job-store";`,
  "export everything from": `export * from "@bentham/job-store";`,
  "import()": `export const store = await import("@bentham/job-store");`,
  "import() of a template": "export const store = await import(`@bentham/job-store`);",
  "import() in a type": `export type A = import("@bentham/job-store").SqliteStore;`,
  "typeof import()": `export type A = typeof import("@bentham/job-store");`,
  "import = require": `import store = require("@bentham/job-store"); store;`,
  require: `export const store = require("@bentham/job-store");`,
  "createRequire, called at once": `import { createRequire } from "node:module"; export const store = createRequire(import.meta.url)("@bentham/job-store");`,
  "createRequire under another name": `import { createRequire } from "node:module"; const load = createRequire(import.meta.url); export const store = load("@bentham/job-store");`,
  "import.meta.resolve": `export const place = import.meta.resolve("@bentham/job-store");`,
  "declare module": `declare module "@bentham/job-store" { interface Extra {} }`,
  "a file inside by its package": `import { a } from "@bentham/core/src/clock.ts"; a;`,
  "a built file inside by its package": `import { a } from "@bentham/core/dist/clock.js"; a;`,
  "a path into another package": `import { a } from "../../core/src/clock.ts"; a;`,
  "import() of a path into another package": `export const a = await import("../../job-store/src/index.ts");`,
  "createRequire of a path into another package": `import { createRequire } from "node:module"; const load = createRequire(import.meta.url); export const a = load("../../core/package.json");`,
  "an absolute path": `import { a } from "/opt/bentham/packages/core/src/clock.ts"; a;`,
  "a file URL": `export const a = await import("file:///opt/bentham/packages/core/src/clock.ts");`,
  "a path into its own tests": `import { a } from "../test/support/a.ts"; a;`,
  "itself by its name": `import { createExecutor } from "@bentham/executor"; createExecutor();`,
  "the testbed": `import { a } from "@bentham/testbed/contract"; a;`,
  "a package that nobody knows": `import { a } from "@bentham/nowhere"; a;`,
  "playwright-core": `import { chromium } from "playwright-core"; chromium;`,
  "a type of playwright's": `import type { Page } from "playwright"; export type A = Page;`,
  "import() of @playwright/test": `export const a = await import("@playwright/test");`,
};

/** Wrong directions, each by its plainest form. */
const directions: readonly (readonly [file: string, specifier: string])[] = [
  ["packages/core/src/a.ts", "@bentham/executor"],
  ["packages/core/src/a.ts", "@bentham/human-input"],
  ["packages/verify/src/a.ts", "@bentham/core"],
  ["packages/proxy-manager/src/a.ts", "@bentham/credential-vault"],
  ["packages/surface-adapters/src/a.ts", "@bentham/human-input"],
  ["packages/orchestrator/src/a.ts", "@bentham/job-store"],
  ["packages/orchestrator/src/a.ts", "@bentham/runtime"],
  ["packages/runtime/src/a.ts", "@bentham/cli"],
  ["packages/runtime/src/a.ts", "@bentham/testbed"],
  ["packages/cli/src/a.ts", "@bentham/executor"],
  ["packages/testbed/src/a.ts", "@bentham/job-store"],
  ["packages/orchestrator/test/a.test.ts", "@bentham/job-store"],
  ["packages/executor/test/a.test.ts", "../../core/src/clock.ts"],
  ["examples/a.ts", "../packages/core/src/clock.ts"],
  ["examples/a.ts", "../tools/catalogue.ts"],
  ["tools/a.ts", "@bentham/core"],
  ["tools/a.ts", "../packages/core/src/index.ts"],
];

const allowed: readonly (readonly [file: string, specifier: string])[] = [
  ["packages/executor/src/worker/a.ts", "../retry/classify-error.ts"],
  ["packages/executor/src/a.ts", "@bentham/core"],
  ["packages/executor/src/a.ts", "@bentham/core/playwright"],
  ["packages/executor/src/a.ts", "@bentham/human-input"],
  ["packages/executor/src/a.ts", "node:path"],
  ["packages/executor/test/a.test.ts", "@bentham/executor"],
  ["packages/executor/test/a.test.ts", "@bentham/testbed/contract"],
  ["packages/executor/test/a.test.ts", "../src/retry/error-symptoms.ts"],
  ["packages/evidence-collector/src/a.ts", "@bentham/verify"],
  ["packages/session-pool/src/a.ts", "playwright-core"],
  ["packages/runtime/src/a.ts", "../package.json"],
  ["packages/runtime/src/a.ts", "@bentham/job-store"],
  ["packages/cli/src/a.ts", "@bentham/testbed"],
  ["bench/a.ts", "@bentham/executor"],
  ["bench/a.ts", "../tools/catalogue.ts"],
  ["faults/rows/a.ts", "../../tools/catalogue.ts"],
  ["examples/a.ts", "@bentham/testbed"],
];

let tree = "";
let judged: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "bentham-arrows-"));
  for (const [name, code] of Object.entries(forms)) await plant(fileOfForm(name), code);
  for (const [file, specifier] of [...directions, ...allowed]) {
    await plant(fileFor(file, specifier), `import * as a from "${specifier}"; a;`);
  }
  judged = lint();
});
afterAll(() => rm(tree, { recursive: true, force: true }));

describe("in the executor, the linter refuses", () => {
  test.for(Object.keys(forms))("%s", (name) => {
    expect(judged.get(fileOfForm(name)) ?? []).toHaveLength(1);
  });
});

describe("the linter refuses", () => {
  test.for(directions)("%s importing %s", ([file, specifier]) => {
    expect(judged.get(fileFor(file, specifier)) ?? []).toHaveLength(1);
  });
});

describe("the linter lets pass", () => {
  test.for(allowed)("%s importing %s", ([file, specifier]) => {
    expect(judged.get(fileFor(file, specifier)) ?? []).toEqual([]);
  });
});

test("the reason names the importer, the imported and the list", () => {
  expect(judged.get(fileOfForm("import"))).toEqual([
    "executor may not import @bentham/job-store: tools/arrows.ts allows it core, human-input",
  ]);
});

test("the linter refuses nothing else", () => {
  expect(judged.size).toBe(Object.keys(forms).length + directions.length);
});

test("no comment switches the arrows off, or the limit of a file's length", () => {
  const files = globSync("{packages,bench,examples,faults,tools}/**/*.{ts,mts,cts,js,mjs,cjs}", {
    cwd: root,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist)$/.test(path),
  });
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => switchesOff(readFileSync(join(root, file), "utf8")))).toEqual([]);
});

test.for(["lint-disable", "lint-disable-next-line bentham/arrows -- why", "lint-disable no-var, max-lines"])(
  "a comment that says ox%s would be found",
  (directive) => {
    expect(switchesOff(`/* ox${directive} */`)).toBe(true);
  },
);

/** Whether a comment takes all rules back, or one of those that hold the house together. */
function switchesOff(code: string): boolean {
  const directives = [...code.matchAll(/(?:ox|es)lint-disable(?:-next-line|-line)?([^\n]*)/g)];
  return directives.some(([, rules = ""]) => !/^ [a-z]/.test(rules) || /arrows|max-lines/.test(rules));
}

function fileOfForm(name: string): string {
  return `packages/executor/src/${slug(name)}.ts`;
}

/** A file of its own for each pair, in the folder of `file`. */
function fileFor(file: string, specifier: string): string {
  return file.replace(/a(?=(?:\.test)?\.ts$)/, slug(specifier));
}

function slug(text: string): string {
  return text.replaceAll(/[^a-z]+/gi, "-");
}

async function plant(file: string, code: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), `${code}\n`);
}

/** Runs the real linter with the repository's own configuration; gives the reasons of `bentham/arrows` by file. */
function lint(): Map<string, string[]> {
  const oxlint = join(root, "node_modules", ".bin", "oxlint");
  const args = ["--config", join(root, ".oxlintrc.json"), "--format", "json"];
  const { stdout, stderr, error } = spawnSync(oxlint, args, { cwd: tree, encoding: "utf8", maxBuffer: 2 ** 26 });
  if (error) throw error;
  if (!stdout.startsWith("{")) throw new Error(`oxlint: ${stdout}${stderr}`);
  const report: { diagnostics: { code: string; filename: string; message: string }[] } = JSON.parse(stdout);
  const reasons = new Map<string, string[]>();
  for (const { code, filename, message } of report.diagnostics) {
    if (code === "bentham(arrows)") reasons.set(filename, [...(reasons.get(filename) ?? []), message]);
  }
  return reasons;
}
