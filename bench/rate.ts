import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { mostInAMinute, spawnLlmServer } from "@bentham/testbed";
import { type Benchmark, type Measured, table } from "./benchmark.ts";

const main = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url));

const WORKERS = 4;
const MINUTE = 60_000;

/** Share of what a server allows that it is to be asked at least, while work waits. */
const LEAST_SHARE = 0.95;

/** How many questions of a lane with `perMinute` reach its server, with several worker processes, in real time. */
export const benchmark: Benchmark = {
  title: `questions that a server counts of a lane with perMinute, ${WORKERS} worker processes, in real time; --per-minute 300, --minutes 2`,
  async run(flags): Promise<Measured> {
    const perMinute = Number(flags["per-minute"] ?? 300);
    const minutes = Number(flags["minutes"] ?? 2);
    const askedAt = await asksOf(perMinute, minutes);
    const most = mostInAMinute(askedAt);
    const took = ((askedAt.at(-1) ?? 0) - (askedAt[0] ?? 0)) / MINUTE;
    const share = (askedAt.length - 1) / took / perMinute;
    const text = table(
      ["perMinute", "asks", "minutes", "most in any 60 s", "allowed", "share of perMinute"],
      [[perMinute, askedAt.length, took.toFixed(2), most, perMinute + 1, `${(100 * share).toFixed(1)} %`].map(String)],
    );
    const failures = [
      ...(most > perMinute + 1 ? [`the server counted ${most} in 60 s, where ${perMinute + 1} are allowed`] : []),
      ...(share < LEAST_SHARE ? [`it was asked ${(100 * share).toFixed(1)} % of what it allows, aim: 95 %`] : []),
    ];
    return { text, failures };
  },
};

/** When each question arrived, in milliseconds. */
async function asksOf(perMinute: number, minutes: number): Promise<number[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
  await using server = await spawnLlmServer();
  const questions = Math.round(perMinute * minutes);
  const lines = Array.from({ length: questions }, (_, index) =>
    JSON.stringify({ id: `q${index}`, text: `Why ${index}?` }),
  );
  await writeFile(join(folder.path, "questions.jsonl"), `${lines.join("\n")}\n`);
  await writeFile(join(folder.path, "bentham.config.yaml"), "allowPrivate: true\n");
  await writeFile(
    join(folder.path, "study.yaml"),
    `name: rate
queries: { file: questions.jsonl }
surfaces: [{ id: llm, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small, evidence: none }]
limits: { llm: { perMinute: ${perMinute} } }
`,
  );
  const { INIT_CWD: _npms, ...env } = process.env; // The command takes the folder that npm was started in for its own.
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, ["--conditions=@bentham/source", main, ...args], {
      cwd: folder.path,
      env,
      stdio: "ignore",
    });
  const run = start("run");
  const workers = Array.from({ length: WORKERS - 1 }, () => start("worker"));
  try {
    const [code] = await once(run, "exit");
    if (code !== 0) throw new Error(`the run ended with ${String(code)}`);
  } finally {
    for (const worker of [run, ...workers]) worker.kill("SIGKILL");
  }
  return (await server.asks()).map(({ at }) => at);
}
