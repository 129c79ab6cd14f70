import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { answerTo, processesMarked, spawnLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { ask, textOf } from "../support/asking.ts";

const CONDITION = "--conditions=@bentham/source";
const serveMain = fileURLToPath(new URL("../../src/serve-main.ts", import.meta.url));

test("serves from a process of its own, takes new scenarios, and ends when it is told to", async () => {
  const server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "error", status: 500 } }] });
  expect(server.pid).not.toBe(process.pid);
  expect((await ask(server.url)).status).toBe(500);
  await server.setScenarios([]);
  expect(await textOf(await ask(server.url, "Why?"))).toBe(answerTo("Why?"));
  expect((await server.asks()).map(({ scenario }) => scenario)).toEqual(["error", "answer"]);
  expect(await server.report(2)).toMatchObject({ total: 2, inFlight: 0, asks: [{ question: "Why?" }] });
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await expect(ask(server.url)).rejects.toThrow("fetch failed");
});

test("keeps its keys out of its command line and its environment", async () => {
  const key = `CANARY-${randomUUID()}`;
  await using server = await spawnLlmServer({ keys: [key] });
  expect((await ask(server.url)).status).toBe(401);
  expect((await ask(server.url, "Why?", { key })).status).toBe(200);
  for (const file of ["cmdline", "environ"]) {
    expect(await readFile(`/proc/${server.pid}/${file}`, "utf8")).not.toContain(key);
  }
});

test("says what is wrong with new scenarios, and keeps the old ones", async () => {
  await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "error", status: 500 } }] });
  const slip = JSON.parse('[{"scenario":{"kind":"eror"}}]');
  await expect(server.setScenarios(slip)).rejects.toThrow('there is no scenario of the kind "eror"');
  expect((await ask(server.url)).status).toBe(500);
});

test("can be killed, as a vendor that vanishes", async () => {
  await using server = await spawnLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
  const asking = ask(server.url).catch((error: unknown) => error);
  await expect.poll(async () => (await server.report()).inFlight).toBe(1);
  await server.kill();
  expect(await asking).toMatchObject({ message: "fetch failed" });
  await server.kill();
});

test("says so when it cannot serve", async () => {
  await using first = await spawnLlmServer();
  const { exitCode, errors } = await ended(run(["--port", new URL(first.url).port]));
  expect(exitCode).toBe(1);
  expect(errors).toContain("EADDRINUSE");
});

test("ends with the process that started it, however that ends", async () => {
  const mark = randomUUID();
  const script = `import { spawnLlmServer } from "@bentham/testbed"; console.log((await spawnLlmServer()).url);`;
  const starter = spawn(process.execPath, [CONDITION, "--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    env: { ...process.env, MARK: mark },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await once(starter.stdout.setEncoding("utf8"), "data");
  expect((await ask(String(url).trim())).status).toBe(200);
  expect(await processesMarked(mark)).toHaveLength(2);
  starter.kill("SIGKILL");
  await once(starter, "exit");
  await expect.poll(() => processesMarked(mark), { timeout: 30_000 }).toHaveLength(0);
  await expect(ask(String(url).trim())).rejects.toThrow("fetch failed");
});

test("is started by hand with rules in JSON, and ends with its standard input", async () => {
  const child = run(["--scenario", '[{"nth":1,"scenario":{"kind":"region"}}]']);
  const [line] = await once(child.stdout.setEncoding("utf8"), "data");
  const { urls, pid } = JSON.parse(String(line));
  const url = String(urls.llm);
  expect(pid).toBe(child.pid);
  expect([(await ask(url)).status, (await ask(url)).status]).toEqual([403, 200]);
  child.stdin.end();
  expect(await ended(child)).toEqual({ exitCode: 0, errors: "" });
});

test.each([
  [["--scenario", '[{"scenario":{"kind":"eror"}}]'], 'no scenario of the kind "eror"'],
  [["--scenario", "no JSON"], "JSON"],
  [["--nothing"], "--nothing"],
])("does not start with %j", async (args, message) => {
  const { exitCode, errors } = await ended(run(args));
  expect(exitCode).toBe(1);
  expect(errors).toContain(message);
});

function run(args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [CONDITION, serveMain, ...args], { stdio: ["pipe", "pipe", "pipe"] });
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<{ exitCode: number | null; errors: string }> {
  const [errors] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { exitCode: child.exitCode, errors };
}
