import { SimulatedClock, startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

const challenged = { kind: "challenge" } as const;

/** What `inbox --json` prints, an object a line. */
async function itemsOf(desk: CommandDesk, environment: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>[]> {
  const { exitCode, out } = await desk.run(["inbox", "--json"], environment);
  expect(exitCode).toBe(0);
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Record<string, unknown> => JSON.parse(line));
}

test("lists what waits and since when, and asks again exactly that when a person says it is done", async () => {
  await using server = await startLlmServer({ scenarios: [{ from: 3, scenario: challenged }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 5, "concurrency: 1\nlimits: { llm: { concurrency: 1 } }\n");
  const met = await desk.run(["run"]);
  expect(met.exitCode).toBe(10);
  expect(met.told).toContain("bentham inbox");
  // The place waits for a person: nobody else is sent there.
  expect(server.asks).toHaveLength(3);
  const [item, ...others] = await itemsOf(desk);
  expect(others).toEqual([]);
  expect(item).toMatchObject({ id: 1, surfaceId: "llm", locationId: "direct", code: "CHALLENGE", cells: 3 });
  expect(Date.parse(String(item?.["expires"])) - Date.parse(String(item?.["since"]))).toBe(7 * 24 * 3_600_000);
  const listed = await desk.run(["inbox"]);
  expect(listed.out).toMatch(/^1 {2}llm {2}direct {2}no account {2}CHALLENGE {2}3 cells are waiting for 0:/);
  expect(listed.out).toMatch(/evidence study-1\/[0-9a-f-]+\/1/);

  // An API is no page: a person sees to it elsewhere, and says so.
  expect(await desk.run(["inbox", "open", "1"])).toMatchObject({
    exitCode: 2,
    told: expect.stringContaining("bentham inbox done 1"),
  });
  server.setScenarios([]);
  const done = await desk.run(["inbox", "done", "1"]);
  expect(done).toMatchObject({ exitCode: 0, out: "1  3 cells are asked again; `bentham run` goes on with them" });
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(6);
  expect(await desk.run(["inbox"])).toMatchObject({ exitCode: 0, out: "", told: "nothing waits for a person" });
});

test("a run that is under way takes up exactly what waited; whoever comes too late changes nothing", async () => {
  const clock = new SimulatedClock();
  await using walled = await startLlmServer({ scenarios: [{ from: 2, scenario: challenged }] });
  await using slow = await startLlmServer({ clock, scenarios: [{ scenario: { kind: "answer", delayMs: 1 } }] });
  await using desk = await CommandDesk.open();
  const second = `  - { id: slow, adapter: openai-compatible, baseURL: "${slow.url}/v1", model: small }\n`;
  const limits = "concurrency: 2\nlimits: { llm: { concurrency: 1 }, slow: { concurrency: 1 } }\n";
  await desk.writeStudy(walled.url, 4, `${second}${limits}`);
  const run = desk.run(["run"]);
  await expect.poll(async () => (await itemsOf(desk))[0]?.["cells"], { timeout: 30_000 }).toBe(3);
  walled.setScenarios([]);
  const done = await desk.run(["inbox", "done", "1"]);
  expect(done.out).toContain("3 cells are asked again");
  expect((await desk.run(["inbox", "done", "1"])).told).toContain("nothing waits as 1");
  await expect.poll(() => walled.asks.length, { timeout: 30_000 }).toBe(5);
  await goOnUntil(run, clock);
  expect((await run).exitCode).toBe(0);
  expect([walled.asks.length, slow.asks.length]).toEqual([5, 4]);
});

/** Lets the time go on for a server until a command has ended. */
async function goOnUntil(command: Promise<unknown>, clock: SimulatedClock): Promise<void> {
  let isOver = false;
  void command.finally(() => (isOver = true));
  await expect
    .poll(
      async () => {
        await clock.advance(1);
        return isOver;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
}

test("what is given up ends as blocked, with the evidence of who met it", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: challenged }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 2, "concurrency: 1\nlimits: { llm: { concurrency: 1 } }\n");
  expect((await desk.run(["run"])).exitCode).toBe(10);
  expect(await desk.run(["inbox", "block", "1"])).toMatchObject({ exitCode: 0, out: "1  2 cells are blocked" });
  expect((await desk.run(["run"])).exitCode).toBe(3);
  const ledger: unknown = JSON.parse((await desk.run(["status", "--json"])).out);
  expect(ledger).toMatchObject({ planned: 2, blocked: 2, parked: 0, finished: true });
  const { out } = await desk.run(["export"]);
  const results = out.split("\n").map((line): Record<string, unknown> => JSON.parse(line));
  expect(results).toMatchObject([{ state: "blocked" }, { state: "blocked" }]);
  expect(results.filter(({ evidence }) => evidence)).toHaveLength(1);
  expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);
});

const environment = { A: "KEY-A-0123456789", B: "KEY-B-0123456789" };

/** Runs five cells with a pool of two accounts, A and B, that both meet a challenge. */
async function shutOutBoth(desk: CommandDesk, url: string): Promise<void> {
  await desk.writeStudy(url, 5, "concurrency: 1\nlimits: { llm: { concurrency: 1 } }\n", "team");
  const { host } = new URL(url);
  const team = ["A", "B"].map((variable) => `{ variable: ${variable}, hosts: ["${host}"] }`);
  await desk.write(
    "bentham.config.yaml",
    `allowPrivate: true\nvault: { environment: { team: [${team.join(", ")}] } }\n`,
  );
  expect((await desk.run(["run"], environment)).exitCode).toBe(10);
}

test("cells that never met the wall go on with whichever account of their pool is seen to", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: challenged }] });
  await using desk = await CommandDesk.open();
  await shutOutBoth(desk, server.url);
  expect(server.asks).toHaveLength(2);
  expect((await itemsOf(desk, environment)).map(({ account, cells }) => [account, cells])).toEqual([
    ["team/A", 4],
    ["team/B", 1],
  ]);
  server.setScenarios([]);
  expect((await desk.run(["inbox", "done", "2"], environment)).exitCode).toBe(0);
  expect((await itemsOf(desk, environment)).map(({ account, cells }) => [account, cells])).toEqual([["team/A", 1]]);
  expect((await desk.run(["run"], environment)).exitCode).toBe(10);
  const ledger: unknown = JSON.parse((await desk.run(["status", "--json"], environment)).out);
  expect(ledger).toMatchObject({ planned: 5, answered: 4, parked: 1 });
});

test("cells that never met the wall wait on when one account of their pool is given up", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: challenged }] });
  await using desk = await CommandDesk.open();
  await shutOutBoth(desk, server.url);
  expect((await desk.run(["inbox", "block", "1"], environment)).out).toBe("1  1 cell is blocked");
  server.setScenarios([]);
  expect((await desk.run(["inbox", "done", "2"], environment)).out).toContain("4 cells are asked again");
  expect((await desk.run(["run"], environment)).exitCode).toBe(3);
  const ledger: unknown = JSON.parse((await desk.run(["status", "--json"], environment)).out);
  expect(ledger).toMatchObject({ planned: 5, answered: 4, blocked: 1, parked: 0 });
});

test("an item whose pool has been taken out of the configuration is told of, with what to do", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: challenged }] });
  await using desk = await CommandDesk.open();
  await shutOutBoth(desk, server.url);
  await desk.write("bentham.config.yaml", "allowPrivate: true\n");
  const done = await desk.run(["inbox", "done", "1"], environment);
  expect(done).toMatchObject({ exitCode: 5, out: "" });
  expect(done.told).toContain(
    '1 waits for the account team/A, which cannot be had: there is no credential pool "team"',
  );
  expect(done.told).toContain("put the pool back");
  expect(done.told).toContain("`bentham inbox done 1` again");
  expect(done.told).toContain("`bentham inbox block 1`");
  expect((await itemsOf(desk, environment)).map(({ id }) => id)).toEqual([1, 2]);
  expect((await desk.run(["inbox", "block", "1"], environment)).exitCode).toBe(0);
});

test("an item that is not there is said to be none, with those that are", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: challenged }] });
  await using desk = await CommandDesk.open();
  expect(await desk.run(["inbox"])).toMatchObject({
    exitCode: 2,
    told: expect.stringContaining("nothing has been run"),
  });
  await desk.writeStudy(server.url, 1);
  await desk.run(["run"]);
  for (const verb of ["open", "done", "block"]) {
    expect(await desk.run(["inbox", verb, "7"])).toMatchObject({
      exitCode: 2,
      told: expect.stringContaining("nothing waits as 7: there are 1"),
    });
  }
});
