import { exportOf, modulesIn, unknownName } from "../tools/catalogue.ts";
import { type Benchmark, isBenchmark } from "./benchmark.ts";
import { parseFlags } from "./parse-flags.ts";

/** What in this folder is no benchmark. */
const MACHINERY = ["main", "bench-command", "benchmark", "parse-flags"];

/** Runs the benchmark of `folder` that the first of `args` names, or lists them all. Gives the exit code. */
export async function benchCommand(
  folder: string,
  [name, ...rest]: readonly string[],
  out: Pick<Console, "log" | "error">,
): Promise<number> {
  const names = modulesIn(folder, MACHINERY);
  if (name === undefined) {
    out.log(names.length === 0 ? "there are no benchmarks yet" : "npm run bench -- NAME [flags], where NAME is one of");
    for (const each of names) out.log(`  ${each}: ${(await load(folder, each)).title}`);
    return 0;
  }
  if (!names.includes(name)) {
    out.error(`error: ${unknownName("benchmark", name, names)}`);
    return 2;
  }
  const flags = parseFlags(rest);
  if (typeof flags === "string") {
    out.error(`error: ${flags}`);
    return 2;
  }
  const benchmark = await load(folder, name);
  out.log(`${benchmark.title}\n`);
  if (flags["help"]) return 0; // The title names the flags.
  const measured = await benchmark.run(flags);
  const { text, failures } = typeof measured === "string" ? { text: measured, failures: [] } : measured;
  out.log(text);
  for (const failure of failures) out.error(`error: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

async function load(folder: string, name: string): Promise<Benchmark> {
  const benchmark = await exportOf(folder, name, "benchmark");
  if (isBenchmark(benchmark)) return benchmark;
  throw new Error(`bench/${name}.ts exports no \`benchmark\` with a title and run(flags)`);
}
