import { generateKeyPairSync } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { answerTo, startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

test("help lists every verb, and a word that is none is a usage error", async () => {
  await using desk = await CommandDesk.open();
  const help = await desk.run(["--help"]);
  expect(help.exitCode).toBe(0);
  for (const verb of [
    "init",
    "plan",
    "run",
    "worker",
    "status",
    "results",
    "retry",
    "pause",
    "cancel",
    "export",
    "vault",
  ])
    expect(help.out).toContain(verb);
  expect((await desk.run(["rnu"])).exitCode).toBe(2);
  expect((await desk.run(["run", "--nwe"])).exitCode).toBe(2);
});

test("init writes a study that plan accepts, and overwrites none", async () => {
  await using desk = await CommandDesk.open();
  expect((await desk.run(["init", "My Study"])).exitCode).toBe(0);
  expect(await readFile(join(desk.folder, "My Study", "study.yaml"), "utf8")).toContain("name: my-study");
  const planned = await desk.run(["plan", "My Study/study.yaml"], { OPENAI_API_KEY: "sk-0123456789" });
  expect([planned.exitCode, planned.out]).toEqual([0, expect.stringContaining("= 4 cells")]);
  const again = await desk.run(["init", "My Study"]);
  expect([again.exitCode, again.told]).toEqual([2, expect.stringContaining("is there already")]);
});

test("plan names a credential that is missing, and run does not start without it", async () => {
  await using desk = await CommandDesk.open();
  await desk.run(["init", "."]);
  for (const verb of ["plan", "run"]) {
    const { exitCode, out, told } = await desk.run([verb]);
    expect([exitCode, out + told]).toEqual([5, expect.stringContaining("OPENAI_API_KEY")]);
  }
});

test("plan sends nothing and stores nothing", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3);
  const { exitCode, out } = await desk.run(["plan", "--json"]);
  expect([exitCode, JSON.parse(out)]).toMatchObject([0, { cells: 3, calls: { least: 3 } }]);
  expect(server.asks).toHaveLength(0);
  await expect(stat(join(desk.folder, ".bentham"))).rejects.toThrow("ENOENT");
});

test("a run is asked, told, listed and exported", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3);
  const ran = await desk.run(["run"]);
  expect([ran.exitCode, ran.out]).toEqual([0, "study-1  3 planned = 3 answered"]);
  expect(JSON.parse((await desk.run(["status", "study", "--json"])).out)).toMatchObject({
    runId: "study-1",
    planned: 3,
    answered: 3,
    failed: 0,
    pending: 0,
  });
  expect((await desk.run(["results", "study-1"])).out.split("\n")).toHaveLength(3);
  await desk.run(["export", "--out", "answers/all.jsonl"]);
  const file = join(desk.folder, "answers", "all.jsonl");
  const lines = (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const answers = new Map(lines.map(({ query, response }) => [query, response.text]));
  expect(answers).toEqual(new Map(["Why 1?", "Why 2?", "Why 3?"].map((query) => [query, answerTo(query)])));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("evidence that is whole verifies, and a changed byte is named", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 2);
  await desk.run(["run"]);
  const whole = await desk.run(["verify", ".bentham/evidence"]);
  expect([whole.exitCode, whole.told]).toEqual([
    0,
    expect.stringMatching(
      /1 root; of 2 planned cells 2 answered\n3 bags, 20 files as their manifests say: all whole\nsigned by [0-9a-f]{64}$/,
    ),
  ]);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await desk.write("another.pem", String(privateKey.export({ type: "pkcs8", format: "pem" })));
  const another = await desk.run(["verify", ".bentham/evidence", "--key", "another.pem"]);
  expect([another.exitCode, another.out]).toEqual([
    20,
    expect.stringMatching(/^forged {2}\S+\/key\.pem: signed by another/),
  ]);
  expect((await desk.run(["verify", ".bentham/evidence", "--key", "study.yaml"])).exitCode).toBe(2);
  const [line = ""] = (await desk.run(["export"])).out.split("\n");
  const bag: string = JSON.parse(line).evidence.bagPath;
  const answer = join(desk.folder, ".bentham", "evidence", bag, "data", "answer.json");
  await writeFile(answer, `${await readFile(answer, "utf8")} `);
  const changed = await desk.run(["verify", ".bentham/evidence"]);
  expect([changed.exitCode, changed.out]).toEqual([
    20,
    expect.stringMatching(/^changed {2}\S+\/data\/answer.json: expected/),
  ]);
  expect((await desk.run(["verify", "nowhere"])).exitCode).toBe(2);
});

test("a run that has ended is shown, not repeated", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 2);
  await desk.run(["run"]);
  const again = await desk.run(["run"]);
  expect([again.exitCode, again.out]).toEqual([0, "study-1 has ended: 2 planned = 2 answered"]);
  expect(again.told).toContain("bentham run --new");
  expect(server.asks).toHaveLength(2);
});

test("cells without an answer are shown with their reason, and end in exit code 3", async () => {
  await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 400 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 2);
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([3, expect.stringContaining("1 failed INVALID_REQUEST")]);
});

test("a private address is refused unless the operator allows it", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 1);
  await desk.write("bentham.config.yaml", "allowPrivate: false\n");
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([3, expect.stringContaining("ADDRESS_REFUSED")]);
  expect((await desk.run(["run", "--new", "--allow-private"])).exitCode).toBe(0);
});

test("cancel ends what has not ended", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 4, "budget: { calls: 1 }\n");
  expect((await desk.run(["run"])).exitCode).toBe(14);
  expect((await desk.run(["cancel"])).out).toBe("study-1  cancelled 3 cells  4 planned = 1 answered + 3 cancelled");
  expect((await desk.run(["run"])).exitCode).toBe(3);
  expect(server.asks).toHaveLength(1);
});

test("a run stops at its budget in money, tells what it has spent, and goes on when there is more", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  const study = (usd: number): string => `name: study
queries: [{ id: q1, text: Why? }, { id: q2, text: How? }, { id: q3, text: When? }]
surfaces: [{ id: llm, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small, maxOutputTokens: 100 }]
concurrency: 1
budget: { usd: ${usd} }
`;
  await desk.write(
    "bentham.config.yaml",
    "allowPrivate: true\nprices: { llm: { perCall: 0.5, outputPerMillion: 10 } }\n",
  );
  await desk.write("study.yaml", study(1.2));
  expect((await desk.run(["plan"])).out).toContain("$1.20 at most");
  const stopped = await desk.run(["run"]);
  expect([stopped.exitCode, stopped.out]).toEqual([14, "study-1  3 planned = 2 answered + 1 pending"]);
  expect(stopped.told).toMatch(/\$1\.00 of \$1\.20 spent/);
  const status = await desk.run(["status", "--json"]);
  expect([status.exitCode, JSON.parse(status.out)]).toMatchObject([14, { budgetReached: true }]);
  await desk.write("study.yaml", study(2));
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(3);
});

test("plan, run and status tell that the deadline has passed, until the study moves it", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  const study = (deadline: string): string => `name: study
queries: [{ id: q1, text: Why? }]
surfaces: [{ id: llm, adapter: openai-compatible, baseURL: "${server.url}/v1", model: small }]
deadline: ${deadline}
`;
  await desk.write("bentham.config.yaml", "allowPrivate: true\n");
  await desk.write("study.yaml", study("2001-01-01T00:00:00Z"));
  const planned = await desk.run(["plan"]);
  expect([planned.exitCode, planned.out]).toEqual([5, expect.stringContaining("the deadline has passed")]);
  expect(JSON.parse((await desk.run(["plan", "--json"])).out)).toMatchObject({ deadlinePassed: true });
  expect((await desk.run(["run"])).exitCode).toBe(15);
  expect((await desk.run(["status"])).exitCode).toBe(15);
  expect(server.asks).toHaveLength(0);
  await desk.write("study.yaml", study("2999-01-01T00:00:00Z"));
  expect((await desk.run(["plan"])).exitCode).toBe(0);
  expect((await desk.run(["run"])).exitCode).toBe(0);
});

test("a retry that no cell matches asks nothing, and its exit code tells how the run stands", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "error", status: 400 } }] });
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 1);
  expect((await desk.run(["run"])).exitCode).toBe(3);
  const asked = server.asks.length;
  const retried = await desk.run(["retry", "--location", "nowhere"]);
  expect([retried.exitCode, retried.told]).toEqual([3, expect.stringContaining("0 failed cells are asked again")]);
  expect(server.asks).toHaveLength(asked);
});

test("a run that is not there is named, with those that are", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 1);
  expect((await desk.run(["status"])).exitCode).toBe(2);
  await desk.run(["run"]);
  const { exitCode, told } = await desk.run(["status", "nowhere-7"]);
  expect([exitCode, told]).toEqual([2, expect.stringContaining("known runs: study-1")]);
});
