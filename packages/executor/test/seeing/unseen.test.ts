import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const PROGRAM = new URL("../support/unseen-jobs.ts", import.meta.url).pathname;

test("an attempt that nobody sees allocates nothing for being seen", async () => {
  // A young generation that no million of the smallest objects fits into: none of them would go unseen.
  const flags = ["--conditions=@bentham/source", "--expose-gc", "--max-semi-space-size=64", "--min-semi-space-size=64"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, PROGRAM]);
  expect(Number(stdout)).toBeLessThan(1_000_000);
});
