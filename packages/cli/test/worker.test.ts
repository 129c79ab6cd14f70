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

test("a worker leaves the cells that it has no means for to others, and says what it lacks", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 100 } }] });
  await using desk = await CommandDesk.open();
  await desk.write(
    "study.yaml",
    `name: study
queries: [{ id: q1, text: Why? }, { id: q2, text: How? }, { id: q3, text: When? }]
surfaces:
  - { id: open, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small }
  - { id: keyed, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small, credential: team }
concurrency: 1
`,
  );
  await desk.write(
    "bentham.config.yaml",
    `allowPrivate: true\nvault: { environment: { team: { variable: TEAM_KEY, hosts: ["${new URL(server.url).host}"] } } }\n`,
  );
  const key = { TEAM_KEY: "sk-0123456789" };
  await using killed = new CommandProcess(desk, ["run"], key);
  await until(() => server.asks.length > 0);
  killed.kill("SIGKILL");
  await killed.exitCode();
  await using worker = new CommandProcess(desk, ["worker"]);
  await worker.untilTold("leaves cells of study-1 to other workers: ");
  await worker.untilTold("TEAM_KEY");
  await untilStatus(desk, ({ lanes }) => lanes.find(({ lane }) => lane === "open")?.ledger.answered === 3);
  worker.kill("SIGTERM");
  expect(await worker.exitCode()).toBe(0);
  expect(await statusOf(desk)).toMatchObject({ answered: expect.toSatisfy((cells) => cells < 6), failed: 0 });
  expect((await desk.run(["run"], key)).exitCode).toBe(0);
  expect(await statusOf(desk)).toMatchObject({ answered: 6 });
});

test("run asks its own study, and not what another has left in the folder", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 50 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 30, "concurrency: 1\n");
  await using killed = new CommandProcess(desk, ["run"]);
  await until(() => server.asks.length > 0);
  killed.kill("SIGKILL");
  await killed.exitCode();
  const asked = server.asks.length;
  await desk.write(
    "other.yaml",
    `name: other
queries: [{ id: o1, text: Where? }, { id: o2, text: Whence? }]
surfaces: [{ id: llm, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small }]
`,
  );
  expect((await desk.run(["run", "other.yaml"])).exitCode).toBe(0);
  expect(server.asks.slice(asked)).toHaveLength(2);
  expect((await desk.run(["status", "study"])).exitCode).toBe(11);
});

interface Status {
  readonly answered: number;
  readonly lanes: readonly { readonly lane: string; readonly ledger: { readonly answered: number } }[];
}

async function statusOf(desk: CommandDesk): Promise<Status> {
  return JSON.parse((await desk.run(["status", "--json"])).out);
}

async function untilStatus(desk: CommandDesk, holds: (status: Status) => boolean): Promise<void> {
  // Now and then only: whoever looked all the time would take the processor from the worker.
  while (!holds(await statusOf(desk))) await new Promise((resolve) => setTimeout(resolve, 100));
}

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
