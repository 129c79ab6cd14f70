import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BenthamError, type EvidenceLevel, type Run, type SurfaceAdapter } from "@bentham/core";
import { startRun } from "@bentham/orchestrator";
import { adaptersOf, openRuntime, type ReparsedCell, reparseRun, type Runtime, runStudy } from "@bentham/runtime";
import { createAdapterRegistry } from "@bentham/surface-adapters";
import { answerTo, type ScenarioRule, startLlmServer, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { plannedStudy } from "../support/planned-study.ts";

const SCENARIOS: readonly ScenarioRule[] = [
  { nth: 2, scenario: { kind: "refusal" } },
  { nth: 3, scenario: { kind: "error", status: 400 } },
  { nth: 4, scenario: { kind: "answer", finish: "length" } },
  { nth: 5, scenario: { kind: "odd-text", form: "lone-surrogate" } },
];

test("answers, refusals, cut answers and errors read as they did, without a call, and nothing is changed", async () => {
  await withTemporaryFolder(async (folder) => {
    const { run, runtime, asks } = await ranIn(folder, 5);
    await using closing = runtime;
    const before = await bytesIn(join(folder, "evidence"));
    const cells = await reparsed(closing, run);
    expect(cells.map(({ queryId, outcome }) => [queryId, outcome])).toEqual(
      ["q0", "q1", "q2", "q3", "q4"].map((id) => [id, "equal"]),
    );
    expect(cells[0]?.adapter).toEqual({ name: "openai-compatible", recorded: "1", today: "1" });
    expect(asks()).toBe(5);
    expect(await bytesIn(join(folder, "evidence"))).toEqual(before);
  });
});

test("what another parser reads otherwise is told, member by member", async () => {
  await withTemporaryFolder(async (folder) => {
    const { run, runtime } = await ranIn(folder, 3);
    await using closing = runtime;
    const cells = await reparsed(closing, run, changedParser);
    expect(cells[0]).toMatchObject({
      outcome: "differs",
      adapter: { name: "openai-compatible", recorded: "1", today: "2" },
      changes: {
        text: { at: answerTo("Why 0?").length, today: expect.stringContaining("[1]") },
        citations: { recorded: null, today: [{ url: "https://example.org/" }] },
      },
    });
    expect(Object.keys(cells[0]?.changes ?? {})).toEqual(["text", "citations"]);
    expect(cells[2]?.changes).toMatchObject({ error: { recorded: "INVALID_REQUEST", today: "EMPTY_RESPONSE" } });
  });
});

test("what cannot be read again says why: no bodies, a changed file, a bag that is gone", async () => {
  await withTemporaryFolder(async (folder) => {
    const { run, runtime } = await ranIn(folder, 1, "metadata");
    await using closing = runtime;
    expect(await reparsed(closing, run)).toMatchObject([
      { outcome: "unavailable", reason: "its evidence keeps no bodies" },
    ]);
  });
  await withTemporaryFolder(async (folder) => {
    const { run, runtime } = await ranIn(folder, 1);
    await using closing = runtime;
    const har = (await filesIn(join(folder, "evidence"))).find((file) => file.endsWith("network.har")) ?? "";
    await writeFile(har, (await readFile(har, "utf8")).replace("Why", "Who"));
    expect(await reparsed(closing, run)).toMatchObject([
      { outcome: "unavailable", reason: "data/network.har in its bag is not what was sealed" },
    ]);
  });
});

/** A parser that numbers the sources, and takes an error for silence. */
const changedParser: SurfaceAdapter = {
  name: "openai-compatible",
  version: "2",
  async ask(job, context) {
    const reading = adaptersOf([]).resolve(job).ask(job, context);
    const answer = await reading.catch((cause: unknown) => {
      throw new BenthamError("EMPTY_RESPONSE", "it says nothing", { cause });
    });
    return { ...answer, text: `${answer.text}[1]`, citations: [{ url: "https://example.org/" }] };
  },
};

async function ranIn(
  folder: string,
  cells: number,
  evidence: EvidenceLevel = "full",
): Promise<{ readonly run: Run; readonly runtime: Runtime; readonly asks: () => number }> {
  await using server = await startLlmServer({ scenarios: SCENARIOS });
  const configuration = { allowPrivate: true };
  const runtime = await openRuntime({ folder, configuration, environment: {} });
  const planned = plannedStudy(server.url, cells, { maxRetries: 0 });
  const plan = { ...planned.plan, surfaces: planned.plan.surfaces.map((surface) => ({ ...surface, evidence })) };
  const { run } = await startRun(runtime.store, { ...planned, plan }, { queueName: "queue" });
  const signal = new AbortController().signal;
  await runStudy(runtime, run, { configuration, concurrency: 1, signal, onProgress: () => {} });
  return { run, runtime, asks: () => server.asks.length };
}

async function reparsed(
  { store, evidenceFolder }: Runtime,
  run: Run,
  parser?: SurfaceAdapter,
): Promise<ReparsedCell[]> {
  const adapters = parser ? createAdapterRegistry([parser]) : adaptersOf([]);
  const cells = await Array.fromAsync(reparseRun({ store, evidenceFolder, adapters }, run));
  return cells.toSorted((one, other) => one.queryId.localeCompare(other.queryId));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function bytesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await filesIn(folder);
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, "latin1")] as const)));
}
