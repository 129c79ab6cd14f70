import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { benchCommand } from "../bench-command.ts";

const ENGINE = `export const benchmark = {
  title: "CPU per job",
  run: async (flags) => "flags " + JSON.stringify(flags),
};`;

test("lists the benchmarks without a name", async () => {
  const { code, out } = await bench({ "engine.ts": ENGINE, "main.ts": "", "benchmark.ts": "" });
  expect({ code, out }).toEqual({
    code: 0,
    out: ["npm run bench -- NAME [flags], where NAME is one of", "  engine: CPU per job"],
  });
});

test("says so when there are none", async () => {
  expect(await bench({})).toEqual({ code: 0, out: ["there are no benchmarks yet"], errors: [] });
});

test("runs the one that is named, with its flags", async () => {
  const { code, out } = await bench({ "engine.ts": ENGINE }, "engine", "--jobs", "100", "--in-flight=16", "--peers");
  expect(code).toBe(0);
  expect(out).toEqual(["CPU per job\n", 'flags {"jobs":"100","in-flight":"16","peers":"true"}']);
});

test("tells what it is with --help, and runs nothing", async () => {
  const { code, out } = await bench({ "engine.ts": ENGINE }, "engine", "--help");
  expect({ code, out }).toEqual({ code: 0, out: ["CPU per job\n"] });
});

test("fails when something asked for was not measured, and says what", async () => {
  const failing = ENGINE.replace('"flags " + JSON.stringify(flags)', '({ text: "half", failures: ["no file x"] })');
  const { code, out, errors } = await bench({ "engine.ts": failing }, "engine");
  expect({ code, out, errors }).toEqual({ code: 1, out: ["CPU per job\n", "half"], errors: ["error: no file x"] });
});

test("names the nearest benchmark when there is none of that name", async () => {
  const { code, errors } = await bench({ "engine.ts": ENGINE, "planning.ts": ENGINE }, "plannning");
  expect({ code, errors }).toEqual({
    code: 2,
    errors: ['error: no benchmark is called "plannning", did you mean "planning"? There are: engine, planning'],
  });
});

test("refuses a word that belongs to no flag", async () => {
  const { code, errors } = await bench({ "engine.ts": ENGINE }, "engine", "100");
  expect({ code, errors }).toEqual({ code: 2, errors: ['error: "100" belongs to no flag: write --name value'] });
});

test("names the file that exports no benchmark", async () => {
  await expect(bench({ "engine.ts": "export const x = 1;" })).rejects.toThrow("bench/engine.ts exports no `benchmark`");
});

async function bench(
  files: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ code: number; out: string[]; errors: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "bentham-bench-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const out: string[] = [];
  const errors: string[] = [];
  const code = await benchCommand(folder, args, {
    log: (line: string) => out.push(line),
    error: (line: string) => errors.push(line),
  });
  return { code, out, errors };
}
