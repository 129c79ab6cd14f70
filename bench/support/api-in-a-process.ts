import { join } from "node:path";
import process from "node:process";
import { jobIdOf, type RunPlan } from "@bentham/core";
import { keepHeapSmall } from "@bentham/cli";
import { type PlannedStudy, startRun } from "@bentham/orchestrator";
import { openRuntime, type Runtime, runStudy } from "@bentham/runtime";

/** What a run took, in a process that has asked a few questions before: each way loads its libraries with the first. */
export interface ApiRun {
  readonly ms: number;
  readonly cpuMs: number;
  /** Most memory that the process had, in MB. */
  readonly peakMb: number;
}

const [url = "", what = "", cellsText = "0", inFlightText = "1", evidence = "none", folder = ""] =
  process.argv.slice(2);
const [cells, inFlight] = [Number(cellsText), Number(inFlightText)];

const told = what === "bare" ? await bare() : await bentham();
process.send?.(told);
process.disconnect();

async function bentham(): Promise<ApiRun> {
  keepHeapSmall(); // As the command does.
  await using runtime = await openRuntime({
    folder: join(folder, "data"),
    configuration: {},
    environment: {},
    allowPrivate: true,
  });
  await runCells(runtime, study("warm-up", inFlight), inFlight);
  const planned = study("bench", cells);
  return await measured(() => runCells(runtime, planned, cells));
}

async function runCells(runtime: Runtime, planned: PlannedStudy, count: number): Promise<void> {
  const { run } = await startRun(runtime.store, planned, { queueName: "bench" });
  const { ledger } = await runStudy(runtime, run, {
    configuration: {},
    concurrency: inFlight,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  if (ledger.answered !== count) throw new Error(`${ledger.answered} of ${count} cells were answered`);
}

async function bare(): Promise<ApiRun> {
  await bareLoop(inFlight);
  return await measured(() => bareLoop(cells));
}

async function bareLoop(count: number): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "small", messages: [{ role: "user", content: `Why ${number}?` }] }),
      });
      const body: { readonly choices: readonly { readonly message: { readonly content: string } }[] } = JSON.parse(
        await response.text(),
      );
      if (!body.choices[0]?.message.content) throw new Error("there was no answer");
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

async function measured(work: () => Promise<void>): Promise<ApiRun> {
  const [before, since] = [process.cpuUsage(), performance.now()];
  await work();
  const ms = performance.now() - since;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 };
}

function study(name: string, count: number): PlannedStudy {
  const queries = Array.from({ length: count }, (_, index) => ({ id: `q${index}`, text: `Why ${index}?` }));
  const settings = { adapter: "openai-compatible", baseURL: `${url}/v1`, model: "small" };
  const plan: RunPlan = {
    study: name,
    queries,
    surfaces: [{ id: "llm", settings, evidence: evidence === "full" ? "full" : "none" }],
    locations: ["direct"],
    repeats: 1,
    gates: {},
    human: false,
  };
  return {
    plan,
    planHash: "bench",
    settings: { limits: { llm: { concurrency: inFlight } }, retry: {}, onUncertain: "repeat" },
    count,
    cells: (runId) =>
      queries.map(({ id }) => {
        const key = { queryId: id, surfaceId: "llm", locationId: "direct", repeat: 1 };
        return { jobId: jobIdOf({ runId, ...key }), ...key };
      }),
  };
}
