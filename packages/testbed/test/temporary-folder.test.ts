import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { aJob, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";

test("a temporary folder is gone after its use, also when that failed", async () => {
  const failure = new Error("the use failed");
  let used = "";
  const failing = withTemporaryFolder(async (folder) => {
    used = folder;
    await mkdir(join(folder, "deep"));
    await writeFile(join(folder, "deep", "file"), "text");
    throw failure;
  });
  await expect(failing).rejects.toBe(failure);
  await expect(stat(used)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await withTemporaryFolder(async (folder) => (await stat(folder)).isDirectory())).toBe(true);
});

test("a job is a job of its own, with what a test says of it", () => {
  expect(aJob({ query: "Why?", surfaceId: "llm" })).toMatchObject({ query: "Why?", surfaceId: "llm", queryId: "q1" });
  expect(aJob().jobId).not.toBe(aJob().jobId);
});
