import { join } from "node:path";
import process from "node:process";
import { jobIdOf, type RunPlan } from "@bentham/core";
import { type PlannedStudy, startRun } from "@bentham/orchestrator";
import { openRuntime, runStudy } from "@bentham/runtime";

/** What a run took, from its first question to its last result. */
export interface ApiRun {
  readonly ms: number;
  readonly cpuMs: number;
  /** Most memory that the process had, in MB. */
  readonly peakMb: number;
}

const [url = "", what = "", count = "0", inFlightText = "1", evidence = "none", folder = ""] = process.argv.slice(2);
const [cells, inFlight] = [Number(count), Number(inFlightText)];

process.send?.(what === "bare" ? await measured(bareLoop) : await bentham());
process.disconnect();

async function bentham(): Promise<ApiRun> {
  await using runtime = await openRuntime({
    folder: join(folder, "data"),
    configuration: {},
    environment: {},
    allowPrivate: true,
  });
  const { run } = await startRun(runtime.store, study(), { queueName: "bench" });
  return await measured(async () => {
    const { ledger } = await runStudy(runtime, run, {
      configuration: {},
      concurrency: inFlight,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    if (ledger.answered !== cells) throw new Error(`${ledger.answered} of ${cells} cells were answered`);
  });
}

async function bareLoop(): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < cells) {
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

function study(): PlannedStudy {
  const queries = Array.from({ length: cells }, (_, index) => ({ id: `q${index}`, text: `Why ${index}?` }));
  const settings = { adapter: "openai-compatible", baseURL: `${url}/v1`, model: "small" };
  const plan: RunPlan = {
    study: "bench",
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
    count: cells,
    cells: (runId) =>
      queries.map(({ id }) => {
        const key = { queryId: id, surfaceId: "llm", locationId: "direct", repeat: 1 };
        return { jobId: jobIdOf({ runId, ...key }), ...key };
      }),
  };
}
