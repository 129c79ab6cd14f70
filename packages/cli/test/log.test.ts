import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

const KEY = "sk-canary-of-the-log";

/** Runs a study whose server says the key again in its error; gives the lines that were logged. */
async function logged(file: string, args: readonly string[], environment = {}, configured = ""): Promise<string[]> {
  await using server = await startLlmServer({
    scenarios: [{ nth: 1, scenario: { kind: "error", status: 400, message: `not with the key ${KEY}` } }],
  });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 2);
  const study = await readFile(join(desk.folder, "study.yaml"), "utf8");
  await desk.write("study.yaml", study.replace("model: small", "model: small, credential: team"));
  const hosts = JSON.stringify([new URL(server.url).host]);
  const vault = `vault: { environment: { team: { variable: TEAM_KEY, hosts: ${hosts} } } }\n`;
  await desk.write("bentham.config.yaml", `allowPrivate: true\n${vault}${configured}`);
  const { exitCode } = await desk.run(["run", ...args], { TEAM_KEY: KEY, ...environment });
  expect([exitCode, server.asks.length]).toEqual([3, 2]);
  const text = await readFile(join(desk.folder, file), "utf8");
  expect(text).not.toContain(KEY);
  return text.trimEnd().split("\n");
}

test.each([
  ["--log", ["--log", "events.jsonl"], {}, ""],
  ["BENTHAM_LOG", [], { BENTHAM_LOG: "events.jsonl" }, ""],
  ["the configuration", [], {}, "log: events.jsonl\n"],
])("events are logged where %s says, without the key that an error holds", async (_where, args, environment, more) => {
  const lines = (await logged("events.jsonl", args, environment, more)).map((line) => JSON.parse(line));
  expect(lines.filter(({ event }) => event === "job:ask")).toHaveLength(2);
  const failed = lines.find(({ result }) => result?.state === "failed");
  expect(failed).toMatchObject({ event: "job:result", result: { code: "INVALID_REQUEST" } });
  expect(failed.result.message).toContain("[secret]");
});
