import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { refusedFiles } from "../refused-files.ts";

test.for(["Cookies", "Login Data", "Local State", "Cookies-journal", "Login Data-wal"])(
  "refuses %s, however deep",
  (name) => {
    const path = join("packages", "session-pool", "test", "profile", "Default", name);
    expect(refusedFiles(treeOf([path, "README.md"]))).toEqual([path]);
  },
);

test("lets other files pass, and folders of that name", () => {
  expect(refusedFiles(treeOf(["Cookies.md", "src/cookies.ts", "Cookies/index.ts"]))).toEqual([]);
});

test("looks into no folder that git ignores", () => {
  expect(refusedFiles(treeOf(["node_modules/a/Cookies", ".bentham/run/profile/Cookies"]))).toEqual([]);
});

function treeOf(files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "bentham-files-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
  }
  return root;
}
