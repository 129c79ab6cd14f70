import { execFile, spawnSync } from "node:child_process";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

const script = join(import.meta.dirname, "../../../docs/verify-evidence.sh");

test("the script of the documentation verifies a run without Bentham, and finds what is wrong", async (context) => {
  if (spawnSync("openssl", ["version"]).error) return context.skip("there is no openssl here");
  await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 400 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3);
  await desk.run(["run"]);
  await desk.run(["retry"]);
  const evidence = join(desk.folder, ".bentham", "evidence");
  const key = join(desk.folder, "key.pem");
  await promisify(execFile)("openssl", ["ec", "-in", ".bentham/signing-key.pem", "-pubout", "-out", key], {
    cwd: desk.folder,
  });
  expect(check(evidence)).toEqual([0, "6 bags are whole\n"]);
  expect(check(evidence, key)).toEqual([0, "6 bags are whole\n"]);
  await promisify(execFile)("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "other.pem"], {
    cwd: desk.folder,
  });
  await promisify(execFile)("openssl", ["ec", "-in", "other.pem", "-pubout", "-out", "other-public.pem"], {
    cwd: desk.folder,
  });
  expect(check(evidence, join(desk.folder, "other-public.pem"))).toEqual([
    20,
    expect.stringContaining("is not signed by"),
  ]);
  await desk.run(["prune", "study", "--superseded", "--yes"]);
  expect(check(evidence, key)).toEqual([0, "5 bags are whole\n"]);
  expect(check(evidence, join(desk.folder, "other-public.pem"))).toEqual([
    20,
    expect.stringContaining("its tombstone is not signed by"),
  ]);
  await appendFile(join(evidence, "study-1", "root-0001", "data", "cells.jsonl"), " ");
  expect(check(evidence)).toEqual([20, expect.stringContaining("files are not as manifest-sha256.txt says")]);
  await rm(join(evidence, "study-1", "root-0001"), { recursive: true });
  expect(check(evidence)).toEqual([20, expect.stringContaining("the root before it is not the one that it names")]);
});

function check(...args: readonly string[]): [number | null, string] {
  const { status, stdout } = spawnSync("sh", [script, ...args], { encoding: "utf8" });
  return [status, stdout];
}
