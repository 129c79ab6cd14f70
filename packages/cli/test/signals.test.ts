import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

test("Ctrl-C lets jobs in hand finish, takes no more, and the same command goes on", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 300 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 40);
  expect(await interrupt(desk, () => server.asks.length >= 4, 1)).toBe(11);
  const ledger = JSON.parse((await desk.run(["status", "--json"])).out);
  expect(ledger.answered).toBe(server.asks.length);
  expect(ledger.pending).toBe(40 - server.asks.length);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(40);
});

test("a second Ctrl-C ends the command at once, and its jobs are asked again", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3);
  expect(await interrupt(desk, () => server.asks.length >= 3, 2)).toBe(13);
  server.setScenarios([]);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(6);
});

/** Runs the study in a process of its own, sends it SIGINT so often once `ready`, and gives its exit code. */
async function interrupt(desk: CommandDesk, ready: () => boolean, times: number): Promise<number | null> {
  const child = spawn(process.execPath, ["--conditions=@bentham/source", main, "run"], {
    cwd: desk.folder,
    env: { PATH: process.env["PATH"], HOME: desk.folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
  while (!ready()) await new Promise((resolve) => setImmediate(resolve));
  child.kill("SIGINT");
  if (times === 2) {
    while (!told.includes("once more")) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGINT");
  }
  await exited;
  return child.exitCode;
}
