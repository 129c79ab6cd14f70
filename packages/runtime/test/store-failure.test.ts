import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BenthamError } from "@bentham/core";
import { createCredentialVault } from "@bentham/credential-vault";
import { createExecutor } from "@bentham/executor";
import { openSqliteStore } from "@bentham/job-store";
import { type RunEnding, startRun } from "@bentham/orchestrator";
import { runStudy } from "@bentham/runtime";
import { withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { plannedStudy } from "./support/planned-study.ts";

test.each([
  ["DISK_FULL", "the disk is full", "disk failure"],
  ["STORE_CORRUPT", "the store is damaged", "the store is damaged"],
] as const)("a store that fails with %s ends the run, and is told", async (code, message, end) => {
  await withTemporaryFolder(async (folder) => {
    const path = join(folder, "bentham.db");
    await using store = await openSqliteStore({ path });
    const { run } = await startRun(store, plannedStudy("http://127.0.0.1:9", 3), { queueName: "queue" });
    const failing = {
      ...store,
      beforeAsk: async () => {
        throw new BenthamError(code, message);
      },
      settle: async () => {
        throw new BenthamError(code, message);
      },
      later: async () => {
        throw new BenthamError(code, message);
      },
    };
    const adapter = {
      name: "asks",
      version: "1",
      async ask(_job: unknown, context: { beforeAsk(): Promise<void> }): Promise<never> {
        await context.beforeAsk();
        throw new Error("it was let through");
      },
    };
    await using executor = createExecutor({ surfaceAdapters: { resolve: () => adapter }, jobStore: failing });
    const credentialVault = createCredentialVault({ environment: {} });
    const after = { copyEvidence: async () => undefined, stampRoots: async () => ({ stamped: 0, waiting: 0 }) };
    const parts = { store, executor, sealRun, credentialVault, ...after };
    const ending = runStudy(parts, run, {
      configuration: {},
      concurrency: 1,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    expect(await endOf(ending)).toBe(end);
    const rows = new DatabaseSync(path, { readOnly: true }).prepare("SELECT COUNT(*) AS results FROM result").get();
    expect(rows).toEqual({ results: 0 });
  });
});

function sealRun(): Promise<never> {
  return Promise.reject(new Error("nothing has ended that could be sealed"));
}

/** The conditions that a run ended with, or the message of what it failed with. */
async function endOf(ending: Promise<RunEnding>): Promise<string> {
  try {
    return [...(await ending).conditions].filter((condition) => condition !== "paused").join(", ");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
