import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const cases = join(import.meta.dirname, "support", "leaks");

let ended: ReadonlyMap<string, string>;

beforeAll(() => {
  ended = runCases();
});

test.for(["leaves-a-server", "leaves-a-process"])("fails a file that %s", (name) => {
  expect(ended.get(name)).toBe("failed");
});

test("lets a file pass that closes what it opens", () => {
  expect(ended.get("closes-late")).toBe("passed");
});

/** Runs the cases under a vitest of their own, and gives how each file ended. */
function runCases(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "bentham-leaks-"));
  try {
    const file = join(folder, "report.json");
    const vitest = join(root, "node_modules", ".bin", "vitest");
    const args = ["run", "--config", join(cases, "vitest.config.ts"), "--reporter", "json", "--outputFile", file];
    spawnSync(vitest, args, { env: { PATH: process.env["PATH"] } });
    const report: { testResults: { name: string; status: string }[] } = JSON.parse(readFileSync(file, "utf8"));
    return new Map(
      report.testResults.map(({ name, status }) => [/([^/]+)\.case\.ts$/.exec(name)?.[1] ?? name, status]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
