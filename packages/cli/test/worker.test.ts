import { startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { statusLine } from "../src/verbs/worker.ts";
import { CommandDesk } from "./support/command-desk.ts";
import { CommandProcess, until } from "./support/command-process.ts";

test("workers share the runs of a folder, and each cell is asked once", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 50 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 60, "concurrency: 1\n");
  await using one = new CommandProcess(desk, ["worker", "--concurrency", "2"]);
  await using other = new CommandProcess(desk, ["worker"]);
  await Promise.all([one.untilTold("working on"), other.untilTold("working on")]);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(60);
  for (const worker of [one, other]) {
    worker.kill("SIGTERM");
    expect(await worker.exitCode()).toBe(0);
  }
});

test("a worker that is told to stop lets its jobs finish, and leaves the rest for the next one", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 200 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 30, "budget: { calls: 30 }\n");
  await using command = new CommandProcess(desk, ["run"]);
  await until(() => server.asks.length >= 2);
  command.kill("SIGKILL");
  await using worker = new CommandProcess(desk, ["worker"]);
  await until(() => server.asks.length >= 14);
  worker.kill("SIGTERM");
  expect(await worker.exitCode()).toBe(0);
  const { answered, pending, lanes } = JSON.parse((await desk.run(["status", "--json"])).out);
  expect([answered + pending, lanes[0].running]).toEqual([30, 0]);
  expect(answered).toBeGreaterThan(0);
});

test("a worker without the credential that a run asks with does not start", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.write(
    "study.yaml",
    `name: study
queries: [{ id: q1, text: Why? }, { id: q2, text: How? }]
surfaces: [{ id: llm, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small, credential: team }]
budget: { calls: 1 }
`,
  );
  await desk.write(
    "bentham.config.yaml",
    `allowPrivate: true\nvault: { environment: { team: { variable: TEAM_KEY, hosts: ["${new URL(server.url).host}"] } } }\n`,
  );
  expect((await desk.run(["run"], { TEAM_KEY: "sk-0123456789" })).exitCode).toBe(14);
  const { exitCode, told } = await desk.run(["worker"]);
  expect([exitCode, told]).toEqual([5, expect.stringContaining("TEAM_KEY")]);
});

test("a worker that is given no number of jobs is a usage error", async () => {
  await using desk = await CommandDesk.open();
  expect((await desk.run(["worker", "--concurrency", "none"])).exitCode).toBe(2);
});

test("tells in one line what it does, and what waits for how long and why", () => {
  const ended = { answered: 7, failed: 1, deferred: 2, parked: 0, interrupted: 0, cancelled: 0 };
  const lanes = [
    { lane: "llm", running: 2, waiting: 5 },
    { lane: "slow", running: 0, waiting: 3, paused: { until: new Date(90_000), reason: "429" } },
    { lane: "done", running: 1, waiting: 0 },
  ];
  expect(statusLine({ state: "running", concurrency: 8, running: [], ended, lanes }, 30_000)).toBe(
    "running 0  answered 7  failed 1  llm: 5 waiting  slow: 3 waiting, waits 1:00: 429",
  );
});
