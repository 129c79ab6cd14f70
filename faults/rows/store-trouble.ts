import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { spawnLlmServer } from "@bentham/testbed";
import type { Fault } from "../fault.ts";
import { Desk } from "../support/bentham.ts";
import { checkAnsweredRun } from "../support/check-run.ts";
import { expectEqual, expectThat } from "../support/check.ts";
import { checkNothingHeld } from "../support/held.ts";
import { SmallDisk } from "../support/small-disk.ts";
import { writeStudy } from "../support/study.ts";
import { untilAsked } from "../support/until-asked.ts";

export const fault: Fault = {
  id: "store-trouble",
  title:
    "the folder is read-only between two starts, that of the evidence alone, too; another program locks the database; the database is damaged",
  matrix: [14],
  expected:
    "exit 16 and a clear message; a file that is damaged is left as it is; afterwards the same command finishes",
  async run(scale) {
    const planned = scale === "full" ? 60 : 16;
    const parts = [readOnly, readOnlyEvidence, locked, damaged];
    const seen: string[] = [];
    for (const part of parts) seen.push(await part(planned));
    return seen.join("; ");
  },
};

async function readOnly(planned: number): Promise<string> {
  await using server = await spawnLlmServer();
  await using desk = await Desk.open();
  await using disk = await SmallDisk.mount(join(desk.folder, ".bentham"), "64m");
  const study = { url: server.url, questions: planned, concurrency: 2 };
  await writeStudy(desk, { ...study, more: "budget: { calls: 5 }" });
  expectEqual("read-only: exit code at the budget", (await desk.run(["run", "study.yaml"])).code, 14);
  await disk.makeReadOnly();
  await writeStudy(desk, study);
  const { code, stderr } = await desk.run(["run", "study.yaml"]);
  expectEqual(`read-only: exit code (${stderr})`, code, 16);
  expectThat(/read-only|cannot be (opened|written)/.test(stderr), `read-only: it tells ${stderr}`);
  await disk.makeWritable();
  expectEqual("read-only: exit code in the end", (await desk.run(["run", "study.yaml"])).code, 0);
  await checkAnsweredRun(desk, planned);
  expectEqual("read-only: asks", (await server.asks()).length, planned);
  return `read-only: told, then ${planned} answered with as many asks`;
}

async function readOnlyEvidence(planned: number): Promise<string> {
  await using server = await spawnLlmServer();
  await using desk = await Desk.open();
  await using disk = await SmallDisk.mount(join(desk.folder, ".bentham", "evidence"), "64m");
  await writeStudy(desk, { url: server.url, questions: planned, concurrency: 2 });
  await disk.makeReadOnly();
  const { code, stderr } = await desk.run(["run", "study.yaml"]);
  expectEqual(`read-only evidence: exit code (${stderr})`, code, 16);
  expectThat(stderr.includes("cannot be written (EROFS)"), `read-only evidence: it tells ${stderr}`);
  expectEqual("read-only evidence: asks", (await server.asks()).length, 0);
  await disk.makeWritable();
  await server.setScenarios([{ scenario: { kind: "answer", delayMs: 200 } }]);
  const run = desk.start(["run", "study.yaml"]);
  await untilAsked(server, 5);
  while (!(await becomesReadOnly(disk)));
  const ended = await run.ended;
  expectEqual(`evidence that becomes read-only: exit code (${ended.stderr})`, ended.code, 16);
  expectThat(ended.stderr.includes("EROFS"), `evidence that becomes read-only: it tells ${ended.stderr}`);
  const asks = (await server.asks()).length;
  expectThat(asks < planned, `evidence that becomes read-only: ${asks} of ${planned} were asked`);
  await disk.makeWritable();
  expectEqual("writable evidence: exit code", (await desk.run(["run", "study.yaml"])).code, 0);
  expectEqual("writable evidence: asks", (await server.asks()).length, planned);
  const without = (await desk.results()).filter(({ evidence }) => evidence?.bagPath === undefined).length;
  expectThat(without <= 3, `${without} answers have no evidence`);
  return `read-only evidence: told before anything was asked, and in the middle after ${asks} asks, ${without} without evidence`;
}

/** Makes a disk read-only, unless a file on it is being written in this moment. */
async function becomesReadOnly(disk: SmallDisk): Promise<boolean> {
  try {
    await disk.makeReadOnly();
    return true;
  } catch {
    return false; // That it is busy is all that can go wrong here.
  }
}

async function locked(planned: number): Promise<string> {
  await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 100 } }] });
  await using desk = await Desk.open();
  await writeStudy(desk, { url: server.url, questions: planned, concurrency: 2 });
  const run = desk.start(["run", "study.yaml"]);
  await untilAsked(server, 3);
  const other = new DatabaseSync(join(desk.folder, ".bentham", "bentham.db"), { timeout: 5000 });
  other.exec("BEGIN IMMEDIATE");
  const { code, stderr } = await run.ended;
  expectEqual(`locked: exit code (${stderr})`, code, 16);
  expectThat(stderr.includes("locked by another program"), `locked: it tells ${stderr}`);
  other.exec("ROLLBACK");
  other.close();
  expectEqual("locked: exit code in the end", (await desk.run(["run", "study.yaml"])).code, 0);
  await checkAnsweredRun(desk, planned);
  const { brokenOff } = await checkNothingHeld(desk);
  const asks = (await server.asks()).length;
  expectThat(asks <= planned + brokenOff, `locked: ${asks} asks, ${brokenOff} attempts broken off`);
  return `locked: told, then ${planned} answered with ${asks} asks`;
}

async function damaged(planned: number): Promise<string> {
  await using server = await spawnLlmServer();
  await using desk = await Desk.open();
  await writeStudy(desk, { url: server.url, questions: planned, concurrency: 2 });
  expectEqual("damaged: exit code before", (await desk.run(["run", "study.yaml"])).code, 0);
  const path = join(desk.folder, ".bentham", "bentham.db");
  const whole = await readFile(path);
  await overwrite(path, Buffer.alloc(4096 * 4, 0x5a), 4096);
  const spoilt = await readFile(path);
  const { code, stderr } = await desk.run(["run", "study.yaml", "--new"]);
  expectEqual(`damaged: exit code (${stderr})`, code, 16);
  expectThat(stderr.includes("damaged"), `damaged: it tells ${stderr}`);
  expectThat(spoilt.equals(await readFile(path)), "damaged: the file was changed");
  await overwrite(path, whole, 0);
  expectEqual("damaged: exit code of a restored one", (await desk.run(["run", "study.yaml"])).code, 0);
  return "damaged: told and left as it is";
}

async function overwrite(path: string, bytes: Buffer, position: number): Promise<void> {
  await using file = await open(path, "r+");
  await file.write(bytes, 0, bytes.length, position);
}
