import { execFile, spawn } from "node:child_process";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { once } from "node:events";
import { promisify } from "node:util";
import { spawnLlmServer } from "@bentham/testbed";
import { type Benchmark, table } from "./benchmark.ts";
import type { ApiRun } from "./support/api-in-a-process.ts";

const runner = new URL("./support/api-in-a-process.ts", import.meta.url);

/** How long the server takes for an answer, in milliseconds. */
const DELAY = 50;
const IN_FLIGHT = 16;

/** Time, CPU and memory of API cells through runtime, store and evidence, beside a bare loop of fetches. */
export const benchmark: Benchmark = {
  title: `API cells at ${IN_FLIGHT} in flight against a server that takes ${DELAY} ms, beside a bare loop of fetches; --cells 200, --many 10000`,
  async run(flags) {
    const cells = Number(flags["cells"] ?? 200);
    const many = Number(flags["many"] ?? 10_000);
    await promisify(execFile)("tsc", ["-b"], { cwd: join(import.meta.dirname, "..") });
    await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: DELAY } }] });
    const bare = await inAProcess(server.url, "bare", cells, "none");
    const rows = [
      { name: "bare loop of fetches", cells, ...bare },
      { name: "bentham, evidence none", cells, ...(await inAProcess(server.url, "bentham", cells, "none")) },
      { name: "bentham, evidence full", cells, ...(await inAProcess(server.url, "bentham", cells, "full")) },
    ];
    await server.setScenarios([]);
    rows.push({
      name: "bentham, evidence none, no delay",
      cells: many,
      ...(await inAProcess(server.url, "bentham", many, "none")),
    });
    return table(
      ["", "cells", "s", "x bare", "CPU ms/cell", "peak RSS MB"],
      rows.map((row) => [
        row.name,
        String(row.cells),
        (row.ms / 1000).toFixed(2),
        row.cells === cells ? (row.ms / bare.ms).toFixed(2) : "",
        (row.cpuMs / row.cells).toFixed(2),
        row.peakMb.toFixed(0),
      ]),
    );
  },
};

/**
 * Each in a process of its own, so that none warms up for another one, and memory is its own. It has the packages as they are
 * built, as users have them: sources would have their types stripped by a WebAssembly module, which takes memory and time.
 */
async function inAProcess(url: string, what: "bare" | "bentham", cells: number, evidence: string): Promise<ApiRun> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "bentham-bench-"));
  const script = stripTypeScriptTypes(await readFile(runner, "utf8"));
  const args = [url, what, String(cells), String(IN_FLIGHT), evidence, folder.path];
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, "api", ...args], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  const [told]: ApiRun[] = await Promise.race([
    once(child, "message"),
    ended.then(([code]) => Promise.reject(new Error(`the run ended with ${String(code)} and without a word`))),
  ]);
  await ended;
  if (!told) throw new Error("the run told nothing");
  return told;
}
