import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Ledger } from "@bentham/core";
import { startRun } from "@bentham/orchestrator";
import { type Configuration, openRuntime, type Runtime, runStudy } from "@bentham/runtime";
import { createAuthority, startLlmServer, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { plannedStudy } from "./support/planned-study.ts";

test("a whole run is answered, over https with an authority that the operator trusts", async () => {
  const authority = await createAuthority();
  await using server = await startLlmServer({ tls: await authority.issue(["127.0.0.1"]) });
  await withTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "authority.pem"), authority.certificate);
    const trusting = { file: join(folder, "bentham.config.yaml"), allowPrivate: true, authorities: ["authority.pem"] };
    expect(await ledgerOf(folder, trusting, server.url, 3)).toMatchObject({ planned: 3, answered: 3 });
  });
});

test("a server that nobody vouches for is not asked", async () => {
  const authority = await createAuthority();
  await using server = await startLlmServer({ tls: await authority.issue(["127.0.0.1"]) });
  await withTemporaryFolder(async (folder) => {
    expect(await ledgerOf(folder, { allowPrivate: true }, server.url, 1)).toMatchObject({ failed: 1 });
    expect(server.asks).toHaveLength(0);
  });
});

test("a 429 is waited out, and spends no retry", async () => {
  await using server = await startLlmServer({
    scenarios: [{ nth: 2, scenario: { kind: "rate-limit", retryAfter: "1" } }],
  });
  await withTemporaryFolder(async (folder) => {
    await using runtime = await open(folder, { allowPrivate: true });
    const planned = plannedStudy(server.url, 4, { maxRetries: 0 });
    const { run } = await startRun(runtime.store, planned, { queueName: "queue" });
    const { ledger } = await runStudy(runtime, run, options({ allowPrivate: true }));
    expect(ledger).toMatchObject({ planned: 4, answered: 4 });
    expect(server.asks).toHaveLength(5);
  });
});

test("a missing authority is named", async () => {
  await withTemporaryFolder(async (folder) => {
    const configuration = { file: join(folder, "bentham.config.yaml"), authorities: ["nowhere.pem"] };
    await expect(open(folder, configuration)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("nowhere.pem"),
    });
  });
});

test("a run that was killed while it was enqueued is completed", async () => {
  await using server = await startLlmServer();
  await withTemporaryFolder(async (folder) => {
    await using runtime = await open(folder, { allowPrivate: true });
    const planned = plannedStudy(server.url, 2500);
    const stop = new AbortController();
    const starting = startRun(runtime.store, planned, {
      queueName: "queue",
      onProgress: () => stop.abort(new Error("killed")),
      signal: stop.signal,
    });
    await expect(starting).rejects.toThrow("killed");
    const { kind, run } = await startRun(runtime.store, planned, { queueName: "queue" });
    expect(kind).toBe("continued");
    expect((await runtime.store.findRun(run.runId))?.enqueued).toBe(true);
    const lanes = await runtime.store.lanes(run.runId);
    expect(lanes[0]?.ledger).toMatchObject({ planned: 2500, pending: 2500 });
  });
});

async function ledgerOf(folder: string, configuration: Configuration, url: string, cells: number): Promise<Ledger> {
  await using runtime = await open(folder, configuration);
  const { run } = await startRun(runtime.store, plannedStudy(url, cells, { maxRetries: 0 }), { queueName: "queue" });
  return (await runStudy(runtime, run, options(configuration))).ledger;
}

function open(folder: string, configuration: Configuration): Promise<Runtime> {
  return openRuntime({ folder: join(folder, "data"), configuration, environment: {} });
}

function options(configuration: Configuration): Parameters<typeof runStudy>[2] {
  return { configuration, concurrency: 4, signal: new AbortController().signal, onProgress: () => {} };
}
