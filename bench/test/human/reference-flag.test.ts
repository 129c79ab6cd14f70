import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { benchmark } from "../../human.ts";

function aFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "bentham-bench-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "reference.json");
  writeFileSync(file, content);
  return file;
}

test.each([
  ["is not there", "/nowhere/typing-reference.json", "there is no reference /nowhere/typing-reference.json"],
  ["is no JSON", "{", "cannot be read as what it is to be"],
  ["is of another form", '{ "format": "other/1" }', 'its format must be "human-reference/1"'],
  [
    "lacks quantiles",
    JSON.stringify({
      format: "human-reference/1",
      kind: "typing",
      levelsPercent: [0, 100],
      splits: { TEST: {} },
      metrics: { iki: { TEST: { q: [1] } } },
    }),
    "iki of TEST must have 2 quantiles in q",
  ],
])("a reference that is named and %s fails the benchmark", async (_, content, failure) => {
  const reference = content.startsWith("/") ? content : aFile(content);
  const measured = await benchmark.run({ reference, sessions: "0" });
  expect(measured).toMatchObject({ failures: expect.arrayContaining([expect.stringContaining(failure)]) });
  expect(measured).toMatchObject({ text: expect.stringContaining("NOT SCORED") });
});
