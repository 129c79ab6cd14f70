// npm run bench -- NAME [flags]: runs one benchmark; without a name, lists them.

import process from "node:process";
import { exportOf, modulesIn, unknownName } from "../tools/catalogue.ts";
import { type Benchmark, type Flags, isBenchmark } from "./benchmark.ts";

const folder = import.meta.dirname;
const names = modulesIn(folder, ["main", "benchmark"]);
const [name, ...rest] = process.argv.slice(2);

process.exitCode = await bench();

async function bench(): Promise<number> {
  if (name === undefined) {
    console.log(names.length === 0 ? "there are no benchmarks yet" : "npm run bench -- NAME [flags], where NAME is");
    for (const each of names) console.log(`  ${each}: ${(await load(each)).title}`);
    return 0;
  }
  if (!names.includes(name)) {
    console.error(`error: ${unknownName("benchmark", name, names)}`);
    return 2;
  }
  const flags = parseFlags(rest);
  if (typeof flags === "string") {
    console.error(`error: ${flags}`);
    return 2;
  }
  const benchmark = await load(name);
  console.log(`${benchmark.title}\n`);
  console.log(await benchmark.run(flags));
  return 0;
}

async function load(module: string): Promise<Benchmark> {
  const benchmark = await exportOf(folder, module, "benchmark");
  if (isBenchmark(benchmark)) return benchmark;
  throw new Error(`bench/${module}.ts exports no \`benchmark\` with a title and run(flags)`);
}

/** Reads `--name value`, `--name=value` and `--name`; says what is wrong, if anything is. */
function parseFlags(args: readonly string[]): Flags | string {
  const flags: Record<string, string> = {};
  let open: string | undefined;
  for (const arg of args) {
    const [, flag, value] = /^--([a-z][a-z-]*)(?:=(.*))?$/.exec(arg) ?? [];
    if (flag !== undefined) {
      flags[flag] = value ?? "true";
      open = value === undefined ? flag : undefined;
    } else if (open !== undefined) {
      flags[open] = arg;
      open = undefined;
    } else {
      return `"${arg}" is no flag: write --name value`;
    }
  }
  return flags;
}
