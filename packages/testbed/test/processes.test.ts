import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import process from "node:process";
import { childProcessesOf, processesMarked } from "@bentham/testbed";
import { expect, test } from "vitest";

/** A process that starts another, tells that one's id, and waits for ever. */
const PARENT = `
  const child = require("node:child_process").spawn(process.execPath, ["--eval", "setInterval(() => {}, 1e6)"]);
  console.log(child.pid);
  setInterval(() => {}, 1e6);
`;

test("finds the processes that a process has started, and what is left of them when it is gone", async () => {
  const mark = randomUUID();
  const env = { ...process.env, MARK: mark };
  const parent = spawn(process.execPath, ["--eval", PARENT], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(parent.stdout.setEncoding("utf8"), "data");
  const grandchild = Number(line);
  const found = await childProcessesOf(process.pid);
  expect(found.map(({ pid }) => pid)).toEqual(expect.arrayContaining([parent.pid, grandchild]));
  expect(await childProcessesOf(parent.pid ?? 0)).toEqual([
    { pid: grandchild, command: expect.stringContaining("setInterval") },
  ]);

  parent.kill("SIGKILL");
  await once(parent, "exit");
  // An orphan is nobody's child any more, and found by its mark alone.
  expect((await childProcessesOf(process.pid)).map(({ pid }) => pid)).not.toContain(grandchild);
  expect(await processesMarked(mark)).toMatchObject([{ pid: grandchild }]);
  process.kill(grandchild, "SIGKILL");
  await expect.poll(() => processesMarked(mark), { timeout: 30_000 }).toHaveLength(0);
});

test("finds nothing of a process that is none, and never itself", async () => {
  expect(await childProcessesOf(2 ** 30)).toEqual([]);
  const [own = ""] = Object.values(process.env).filter((value) => value !== undefined && value.length > 20);
  expect((await processesMarked(own)).map(({ pid }) => pid)).not.toContain(process.pid);
});
