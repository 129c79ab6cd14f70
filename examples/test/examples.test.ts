import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runExample } from "./run-example.ts";

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  "quick-start": ["You asked: Why is the sky blue?"],
  "execute-job": ["You asked: Why do cats purr? complete", "You asked: Why does rain smell? complete"],
  worker: ["query-12 You asked: What is 11 times 11?", "idle 12 sessions lent: 0"],
  "retry-logic": ["from 3200 to 4800 ms", "by default there are 3 retries", "OVERLOADED after 1 ask"],
  "human-behavior": ["from 20 to 40 words a minute, clicks of 50 to 200 ms"],
  "job-result": [
    "true You asked: Why is the sea salty? 64",
    "true direct session-1 team/1",
    "false AUTH_FAILED false 0",
  ],
  resources: ["session-1 direct team/1", "sessions lent: 1\nsessions lent: 0"],
  "error-handling": ["code: 'OVERLOADED'", "suggestedAction: 'backoff'", "You asked: Why? at attempt 3"],
};

test.each(Object.entries(EXAMPLES))("%s runs and says what it should", async (name, lines) => {
  const output = await runExample(name);
  for (const line of lines) expect(output).toContain(line);
});

test("every example is run", () => {
  const files = readdirSync(new URL("..", import.meta.url)).filter((file) => file.endsWith(".ts"));
  expect(files.map((file) => file.replace(".ts", "")).toSorted()).toEqual(Object.keys(EXAMPLES).toSorted());
});

const programs = Object.keys(EXAMPLES)
  .map((name) => readFileSync(new URL(`../${name}.ts`, import.meta.url), "utf8"))
  .map((program) => new Set(program.split("\n").map(normal)));

test("the executor's README shows the lines of the examples", () => {
  const readme = readFileSync(new URL("../../packages/executor/README.md", import.meta.url), "utf8");
  expect(codeLines(readme).filter((line) => !isShown(line))).toEqual([]);
});

const seed = new URL("../../../shared/seed/", import.meta.url);

test.skipIf(!existsSync(seed))("every line of the seed's code stands in an example", () => {
  const [file = ""] = readdirSync(seed);
  expect(codeLines(readFileSync(new URL(file, seed), "utf8")).filter((line) => !isShown(line))).toEqual([]);
});

function isShown(line: string): boolean {
  return programs.some((program) => program.has(line));
}

/** The lines of a document's TypeScript blocks that say anything. */
function codeLines(document: string): string[] {
  const blocks = [...document.matchAll(/```typescript\n([^]*?)```/g)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .map(normal)
    .filter((line) => /\w/.test(line) && !line.startsWith("import "));
}

/** A line without what a formatter changes: quotes, spaces, and the comma or semicolon in the end. */
function normal(line: string): string {
  return line
    .replaceAll("'", '"')
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[,;](?= *(?:\/\/.*)?$)/g, "")
    .replaceAll(/ ?\/\/ /g, "//")
    .trim();
}
