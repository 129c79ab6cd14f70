import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { Desk } from "../support/bentham.ts";
import { checkInvariants } from "../support/check-invariants.ts";
import { writeCanaryStudy } from "../support/study.ts";

/** Ways to break what a run has left, and the invariant that is to speak of each. */
const BREAKS: Readonly<Record<string, readonly [breaks: (desk: Desk) => Promise<void>, says: string]>> = {
  "a result is gone": [async (desk) => change(desk, "DELETE FROM result WHERE seq = 1"), "I1, current results"],
  "a lease is held": [async (desk) => change(desk, "UPDATE job SET lease_token = 'token' WHERE seq = 1"), "I3"],
  "a question is counted twice": [async (desk) => change(desk, "UPDATE attempt SET asks = asks + 1"), "I2"],
  "a file is left in run/": [async (desk) => write(desk, join("run", "profile"), ""), "I4"],
  "the canary stands in a file": [async (desk) => write(desk, "log", `key=${desk.canary}`), "I5, places"],
  "the canary stands in a row": [
    async (desk) => change(desk, "UPDATE attempt SET message = ?", Buffer.from(desk.canary).toString("base64")),
    "I5",
  ],
  "a file of a bag is changed": [
    async (desk) => appendFile(join(await bagOf(desk), "data", "answer.json"), " "),
    "hash",
  ],
  "a bag is gone": [async (desk) => rm(await bagOf(desk), { recursive: true }), "I6: the bag"],
  "a bag is nobody's": [
    async (desk) => cp(await bagOf(desk), join(await bagOf(desk), "..", "..", "other", "1"), { recursive: true }),
    "I6: no attempt names",
  ],
  "a part of a bag is left": [async (desk) => write(desk, join("evidence", ".staging", "part"), ""), "I6: staged"],
};

test("finds nothing wrong with a run that went well", { timeout: 60_000 }, async () => {
  await using desk = await Desk.open();
  const facts = await runStudy(desk);
  expect(await checkInvariants(desk, facts)).toMatchObject({ planned: 2, answered: 2 });
});

test("finds each invariant that is broken, and says which", { timeout: 120_000 }, async () => {
  await using whole = await Desk.open();
  const facts = await runStudy(whole);
  const broken = Object.entries(BREAKS).map(async ([name, [breaks, says]]) => {
    await using desk = await Desk.open();
    await cp(whole.folder, desk.folder, { recursive: true });
    await breaks(desk);
    return [name, await messageOf(checkInvariants(desk, facts)), says] as const;
  });
  for (const [name, seen, says] of await Promise.all(broken)) expect(`${name}: ${seen}`).toContain(says);
});

test("finds a process that is left, and questions that the surface did not count", { timeout: 60_000 }, async () => {
  await using desk = await Desk.open();
  const facts = await runStudy(desk);
  await expect(checkInvariants(desk, { ...facts, asks: facts.asks - 1 })).rejects.toThrow("I2");
  const left = spawn("sleep", ["60"], { env: { PATH: process.env["PATH"], HOME: desk.folder } });
  try {
    await expect(checkInvariants(desk, facts)).rejects.toThrow("I4, processes left");
  } finally {
    left.kill();
    await once(left, "close");
  }
});

async function runStudy(desk: Desk): Promise<{ readonly planned: number; readonly asks: number }> {
  await using server = await startLlmServer({ keys: [desk.canary] });
  await writeCanaryStudy(desk, { url: server.url, questions: 2 });
  expect(await desk.run(["run"])).toMatchObject({ code: 0 });
  return { planned: 2, asks: server.asks.length };
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "nothing was found";
  } catch (error) {
    return String(error);
  }
}

async function bagOf(desk: Desk): Promise<string> {
  const evidence = join(desk.folder, ".bentham", "evidence");
  const paths = await readdir(evidence, { recursive: true });
  const found = paths.find((path) => path.endsWith("/bagit.txt") && !path.includes("/root-"));
  return join(evidence, found ?? "", "..");
}

async function write(desk: Desk, path: string, content: string): Promise<void> {
  const file = join(desk.folder, ".bentham", path);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, content);
}

function change(desk: Desk, sql: string, ...values: string[]): void {
  const database = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"));
  database.prepare(sql).run(...values);
  database.close();
}
