import { startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";
import { CommandProcess, until } from "./support/command-process.ts";

test("Ctrl-C lets jobs in hand finish, takes no more, and the same command goes on", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "answer", delayMs: 300 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 40);
  await using command = new CommandProcess(desk, ["run"]);
  await until(() => server.asks.length >= 4);
  command.kill("SIGINT");
  expect(await command.exitCode()).toBe(11);
  const ledger = JSON.parse((await desk.run(["status", "--json"])).out);
  expect(ledger.answered).toBe(server.asks.length);
  expect(ledger.pending).toBe(40 - server.asks.length);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(40);
});

test("a second Ctrl-C ends the command at once, time and again, and its jobs are asked again", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3);
  // As often as crashes would have made the jobs be given up.
  for (const time of [1, 2, 3]) {
    await using command = new CommandProcess(desk, ["run"]);
    await until(() => server.asks.length >= 3 * time);
    command.kill("SIGINT");
    await command.untilTold("once more");
    command.kill("SIGINT");
    expect(await command.exitCode()).toBe(13);
  }
  server.setScenarios([]);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(12);
});

test("a run that somebody pauses stops what it has under way, ends in 11, and goes on with the same command", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3);
  await using command = new CommandProcess(desk, ["run"]);
  await until(() => server.asks.length >= 3);
  expect((await desk.run(["pause"])).exitCode).toBe(0);
  // Nothing answers here: the jobs can only end because the pause has reached them.
  expect(await command.exitCode()).toBe(11);
  expect(JSON.parse((await desk.run(["status", "--json"])).out)).toMatchObject({
    pending: 3,
    lanes: [{ running: 0, waiting: { reason: "paused by a person" } }],
  });
  server.setScenarios([]);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(6);
});
