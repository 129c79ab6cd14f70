import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Input } from "@bentham/cli";
import { Secret } from "@bentham/core";
import { vaultOf } from "@bentham/runtime";
import { findSecret, secretFormsIn, startKvServer, startLlmServer } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CommandDesk, type Printed } from "./support/command-desk.ts";
import { compileCache } from "./support/command-process.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const CANARY = "CANARY-key-5f1c9a77b2";

async function set(desk: CommandDesk, pool: string, ...hosts: readonly string[]): Promise<Printed> {
  return desk.run(["vault", "set", pool, ...hosts.flatMap((host) => ["--host", host])], {}, `${CANARY}\n`);
}

/** Writes a study of one cell that is asked with the pool `team` at `url`. */
async function writeTeamStudy(desk: CommandDesk, url: string): Promise<void> {
  await desk.write("bentham.config.yaml", "allowPrivate: true\n");
  const surface = `{ id: llm, adapter: openai-compatible, baseURL: "${url}/v1", model: small, credential: team }`;
  await desk.write("study.yaml", `name: study\nqueries: [{ id: q1, text: "Why?" }]\nsurfaces:\n  - ${surface}\n`);
}

test("set, list and remove work on one vault, and never show a value", async () => {
  await using desk = await CommandDesk.open();
  expect(await set(desk, "team", "api.example.com", "b.example:8443")).toEqual({
    exitCode: 0,
    out: "added team in .bentham/vault.age, for api.example.com, b.example:8443",
    told: "",
  });
  expect((await set(desk, "team", "api.example.com")).out).toMatch(/^replaced team/);
  await set(desk, "other", "c.example");
  expect((await desk.run(["vault", "list"])).out).toBe(
    "other  default  api-key  c.example  ready\nteam  default  api-key  api.example.com  ready",
  );
  const standing = { kind: "ready" };
  expect((await desk.run(["vault", "list", "--json"])).out.split("\n").map((line) => JSON.parse(line))).toEqual([
    { pool: "other", id: "default", type: "api-key", hosts: ["c.example"], standing },
    { pool: "team", id: "default", type: "api-key", hosts: ["api.example.com"], standing },
  ]);
  expect((await desk.run(["vault", "remove", "team"])).out).toBe("removed team from .bentham/vault.age");
  expect((await desk.run(["vault", "list"])).out).toMatch(/^other .*ready$/);
  expect(await findSecret(desk.folder, CANARY)).toEqual([]);
});

test("a pool has several credentials, of any type, and each is removed by its id", async () => {
  await using desk = await CommandDesk.open();
  const typed: readonly (readonly [string, string])[] = [
    ["api-key", "CANARY-key"],
    ["bearer", "CANARY-token"],
    ["user-password", "somebody\nCANARY-password\n"],
    ["cookies", "session=CANARY-cookie; theme=dark"],
    [
      "storage-state",
      `{ "cookies": [{ "name": "a", "value": "CANARY-${"x".repeat(4000)}" }], "origins": [], "more": "${"x".repeat(100_000)}" }`,
    ],
    ["custom", '{ "accessKey": "CANARY-access", "secretKey": "CANARY-secret" }'],
  ];
  for (const [type, written] of typed) {
    const args = ["vault", "set", "team", "--id", type, "--type", type, "--host", "a.example"];
    expect(await desk.run(args, {}, written)).toMatchObject({ exitCode: 0, told: "" });
  }
  const lines = (await desk.run(["vault", "list"])).out.split("\n").map((line) => line.split("  ").slice(0, 3));
  expect(lines).toEqual(
    ["api-key", "bearer", "user-password", "cookies", "storage-state", "custom"].map((type) => ["team", type, type]),
  );
  expect((await desk.run(["vault", "remove", "team", "--id", "bearer"])).out).toBe(
    "removed team bearer from .bentham/vault.age",
  );
  expect((await desk.run(["vault", "remove", "team", "--id", "bearer"])).exitCode).toBe(2);
  expect((await desk.run(["vault", "list"])).out.split("\n")).toHaveLength(5);
  for (const secret of ["CANARY-key", "CANARY-token", "CANARY-password", "CANARY-cookie", "CANARY-access"])
    expect(await findSecret(desk.folder, secret)).toEqual([]);
});

test("list tells since when the session of an account is saved, and remove removes that, too", async () => {
  await using desk = await CommandDesk.open();
  await desk.run(
    ["vault", "set", "shop", "--type", "user-password", "--host", "a.example"],
    {},
    "somebody\npassword\n",
  );
  const folder = join(desk.folder, ".bentham");
  const vault = vaultOf({ folder, configuration: {}, environment: {} });
  await vault.saveAccountState("shop", "default", new Secret('{ "cookies": [], "origins": [] }'));
  const [saved = ""] = (await readdir(join(folder, "sessions"))).filter((name) => name.endsWith(".age"));
  const { mtime } = await stat(join(folder, "sessions", saved));
  const listed = await desk.run(["vault", "list"]);
  expect(listed.out).toBe(`shop  default  user-password  a.example  ready  session saved ${mtime.toISOString()}`);
  expect((await desk.run(["vault", "remove", "shop"])).exitCode).toBe(0);
  expect(await readdir(join(folder, "sessions"))).toEqual(["all.lock"]);
});

test("a study is asked with a credential of the vault, which goes to its host and into no file", async () => {
  await using server = await startLlmServer({ keys: [CANARY] });
  await using desk = await CommandDesk.open();
  await writeTeamStudy(desk, server.url);
  for (const verb of ["plan", "run"]) expect(await desk.run([verb])).toMatchObject({ exitCode: 5 });
  await set(desk, "team", new URL(server.url).host);
  expect((await desk.run(["plan"])).exitCode).toBe(0);
  const ran = await desk.run(["run"]);
  expect(ran.exitCode).toBe(0);
  expect(server.asks).toMatchObject([{ keyIndex: 0, scenario: "answer" }]);
  expect(await findSecret(desk.folder, CANARY)).toEqual([]);
  const told = [ran, await desk.run(["export"]), await desk.run(["results", "--json"])];
  for (const { out, told: beside } of told) expect(secretFormsIn(out + beside, CANARY)).toEqual([]);
});

test("a key that is refused waits for a person, who reopens it or gives another, and the same command goes on", async () => {
  await using server = await startLlmServer({ keys: ["of another", CANARY] });
  await using desk = await CommandDesk.open();
  await writeTeamStudy(desk, server.url);
  const host = new URL(server.url).host;
  const give = (value: string): Promise<Printed> => desk.run(["vault", "set", "team", "--host", host], {}, value);
  await give("CANARY-revoked");
  const ran = await desk.run(["run"]);
  expect(ran).toMatchObject({
    exitCode: 11,
    told: expect.stringMatching(/"team" is suspended.*default \(AUTH_FAILED\)/),
  });
  expect(server.asks).toHaveLength(2);
  expect((await desk.run(["run"])).exitCode).toBe(11);
  expect((await desk.run(["vault", "list"])).out).toMatch(/^team {2}default .* suspended since 20.*Z \(AUTH_FAILED\)$/);
  expect(await desk.run(["vault", "reopen", "team", "nope"])).toMatchObject({ exitCode: 2 });
  expect(await desk.run(["vault", "reopen", "nope"])).toMatchObject({ exitCode: 5 });

  expect((await desk.run(["vault", "reopen", "team"])).out).toMatch(/^reopened team: default/);
  expect((await desk.run(["vault", "reopen", "team", "default"])).out).toBe("nothing of team is suspended");
  expect((await desk.run(["run"])).exitCode).toBe(11); // It is refused still.
  expect(server.asks).toHaveLength(4);

  await give(CANARY);
  expect((await desk.run(["vault", "list"])).out).toMatch(/ready$/);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toHaveLength(5);
  for (const secret of [CANARY, "CANARY-revoked"]) expect(await findSecret(desk.folder, secret)).toEqual([]);
});

test("a vault in OpenBao is listed and asked, and changed there alone", async () => {
  await using server = await startLlmServer({ keys: [CANARY] });
  await using kv = await startKvServer({ token: "CANARY-token" });
  kv.put("bentham/team", { value: CANARY, hosts: new URL(server.url).host });
  await using desk = await CommandDesk.open();
  await writeTeamStudy(desk, server.url);
  await desk.write("bentham.config.yaml", `allowPrivate: true\nvault: { openBao: { address: "${kv.url}" } }\n`);
  const environment = { BAO_TOKEN: "CANARY-token" };
  expect((await desk.run(["vault", "list"], environment)).out).toMatch(/^team {2}default {2}api-key .* ready$/);
  expect((await desk.run(["run"], environment)).exitCode).toBe(0);
  for (const args of [
    ["set", "team", "--host", "a.example"],
    ["remove", "team"],
  ]) {
    expect(await desk.run(["vault", ...args], environment, CANARY)).toMatchObject({
      exitCode: 2,
      told: expect.stringContaining(kv.url),
    });
  }
  kv.setTrouble("sealed");
  for (const verb of [["plan"], ["run", "--new"], ["vault", "list"]]) {
    const { exitCode, out, told } = await desk.run(verb, environment);
    expect([verb, exitCode, out + told]).toEqual([verb, 5, expect.stringContaining("is sealed")]);
  }
  expect((await desk.run(["plan"], { BAO_TOKEN: "wrong" })).exitCode).toBe(5);
  for (const secret of [CANARY, "CANARY-token"]) expect(await findSecret(desk.folder, secret)).toEqual([]);
});

test("a credential that is not for a surface's host is told before anything is sent", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await writeTeamStudy(desk, server.url);
  await set(desk, "team", "api.example.com");
  const mismatch = expect.stringContaining(`the credential of pool "team" is not for ${server.url}`);
  const planned = await desk.run(["plan"]);
  expect([planned.exitCode, planned.out]).toEqual([5, mismatch]);
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([5, mismatch]);
  expect(server.asks).toHaveLength(0);
});

test("a vault that cannot be used ends every command in exit code 5, before anything is sent", async () => {
  await using desk = await CommandDesk.open();
  await desk.run(["init", "."]);
  await set(desk, "openai", "api.openai.com");
  await desk.run(["vault", "list"]);
  const environment = { OPENAI_API_KEY: "sk-0123456789" };
  const spoilt: readonly (readonly [RegExp, () => Promise<void>])[] = [
    [/mode 0644 lets others in: chmod 600/, () => chmod(join(desk.folder, ".bentham", "vault.age"), 0o644)],
    [/does not open with the identity/, () => writeFile(join(desk.folder, ".bentham", "vault.age"), "no vault")],
    [/identity\.txt, is missing/, () => rm(join(desk.folder, ".bentham", "identity.txt"))],
  ];
  for (const [message, spoil] of spoilt) {
    await spoil();
    for (const args of [["vault", "list"], ["vault", "remove", "openai"], ["plan"], ["run"]]) {
      const { exitCode, out, told } = await desk.run(args, environment);
      expect([args, exitCode, out + told]).toEqual([args, 5, expect.stringMatching(message)]);
    }
    expect((await set(desk, "other", "a.example")).exitCode).toBe(5);
    await chmod(join(desk.folder, ".bentham", "vault.age"), 0o600);
  }
  expect(await readdir(join(desk.folder, ".bentham"))).not.toContain("bentham.db");
});

test("the vault is where --dir or the configuration says", async () => {
  await using desk = await CommandDesk.open();
  await desk.run(["vault", "set", "team", "--host", "a.example", "--dir", "data"], {}, CANARY);
  expect(await readdir(join(desk.folder, "data"))).toEqual(["identity.txt", "vault.age", "vault.age.lock"]);
  await desk.write("own.yaml", "vault: { file: keys/own.age, identity: keys/own.txt }\n");
  await desk.run(["vault", "set", "own", "--host", "a.example", "--config", "own.yaml"], {}, CANARY);
  expect(await readdir(join(desk.folder, "keys"))).toEqual(["own.age", "own.age.lock", "own.txt"]);
  expect((await desk.run(["vault", "list", "--config", "own.yaml"])).out).toBe(
    "own  default  api-key  a.example  ready",
  );
  expect(await desk.run(["vault", "list"])).toEqual({
    exitCode: 0,
    out: "",
    told: ".bentham/vault.age holds no credential; `bentham vault set POOL --host HOST` adds one",
  });
});

test("a pool that the configuration takes from the environment is not set, and told of when it is there", async () => {
  await using desk = await CommandDesk.open();
  await set(desk, "team", "a.example");
  await desk.write("bentham.config.yaml", "vault: { environment: { team: { variable: KEY, hosts: [a.example] } } }\n");
  expect(await set(desk, "team", "a.example")).toMatchObject({ exitCode: 2, told: expect.stringContaining("KEY") });
  expect(await desk.run(["vault", "list"])).toMatchObject({
    exitCode: 0,
    out: "",
    told: expect.stringContaining("team of .bentham/vault.age is not used"),
  });
  expect((await desk.run(["vault", "list"], { KEY: "of the environment" })).out).toBe(
    "team  KEY  api-key  a.example  ready",
  );
});

test.each([
  ["no pool", []],
  ["no host", ["team"]],
  ["a host that is none", ["team", "--host", "https://a.example"]],
  ["a pool that is none", ["CANARY key", "--host", "a.example"]],
  ["a value as an argument", ["team", "CANARY-key", "--host", "a.example"]],
  ["a type that is none", ["team", "--host", "a.example", "--type", "CANARY-key"]],
  ["an id that is none", ["team", "--host", "a.example", "--id", "CANARY key"]],
  ["a value as an option", ["team", "--host", "a.example", "--value=CANARY-key"]],
])("set is refused with %s, without repeating what could be a credential", async (_, args) => {
  await using desk = await CommandDesk.open();
  const { exitCode, out, told } = await desk.run(["vault", "set", ...args], {}, CANARY);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(told).not.toContain("CANARY");
  expect(await readdir(desk.folder)).toEqual([]);
});

test.each([
  ["empty", ""],
  ["blank", " \n"],
  ["of two lines", `${CANARY}\nb`],
  ["without an end", "x".repeat(70_000)],
])("a value that is %s is a usage error, and is not told", async (_, value) => {
  await using desk = await CommandDesk.open();
  const { exitCode, told } = await desk.run(["vault", "set", "team", "--host", "a.example"], {}, value);
  expect(exitCode).toBe(2);
  expect(told).not.toContain("CANARY");
  expect(await readdir(desk.folder)).toEqual([]);
});

test("a pool that is not there cannot be removed", async () => {
  await using desk = await CommandDesk.open();
  expect(await desk.run(["vault", "remove", "team"])).toMatchObject({ exitCode: 2 });
  expect(await readdir(desk.folder)).toEqual([]);
});

/** A terminal on which `keys` are typed, and that writes down when it is raw. */
function typing(keys: string, modes: boolean[]): Input {
  const setRawMode = (raw: boolean): void => void modes.push(raw);
  return Object.assign(new PassThrough().end(keys), { isTTY: true, setRawMode });
}

test("at a terminal, a line is read in raw mode, which shows nothing, and keys that correct it work", async () => {
  await using desk = await CommandDesk.open();
  await using server = await startLlmServer({ keys: [CANARY] });
  const modes: boolean[] = [];
  const keys = `wrong\u0015${CANARY}xy\u007f\b\rmore`;
  const args = ["vault", "set", "team", "--host", new URL(server.url).host];
  const printed = await desk.run(args, {}, typing(keys, modes));
  expect(printed).toMatchObject({ exitCode: 0, told: expect.stringContaining("not shown") });
  expect(modes).toEqual([true, false]);
  expect(secretFormsIn(printed.out + printed.told, CANARY)).toEqual([]);
  await writeTeamStudy(desk, server.url);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(server.asks).toMatchObject([{ keyIndex: 0, scenario: "answer" }]);
});

test.each(["\u0003", "\u001b"])("whoever gives up at the terminal has changed nothing", async (key) => {
  await using desk = await CommandDesk.open();
  const modes: boolean[] = [];
  const input = typing(`${CANARY}${key}\r`, modes);
  expect(await desk.run(["vault", "set", "team", "--host", "a.example"], {}, input)).toMatchObject({ exitCode: 2 });
  expect(modes).toEqual([true, false]);
  expect(await readdir(desk.folder)).toEqual([]);
});

test("in a process of its own, a value comes in through a pipe, and processes that set at once lose none", async () => {
  await using desk = await CommandDesk.open();
  const pools = ["one", "two", "three"];
  const ran = pools.map(async (pool) => {
    const args = ["--conditions=@bentham/source", main, "vault", "set", pool, "--host", "a.example"];
    const child = spawn(process.execPath, args, { cwd: desk.folder, env: { HOME: desk.folder, ...compileCache() } });
    child.stdin.end(`${CANARY}\n`);
    const [out, told] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { exitCode: child.exitCode, out, told };
  });
  expect(await Promise.all(ran)).toEqual(
    pools.map((pool) => ({ exitCode: 0, out: `added ${pool} in .bentham/vault.age, for a.example\n`, told: "" })),
  );
  expect((await desk.run(["vault", "list"])).out.split("\n")).toHaveLength(3);
  expect(await findSecret(desk.folder, CANARY)).toEqual([]);
});
