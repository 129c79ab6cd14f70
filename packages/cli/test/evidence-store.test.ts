import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  findSecret,
  type LlmServer,
  type ObjectStore,
  secretFormsIn,
  startLlmServer,
  startObjectStore,
} from "@bentham/testbed";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandDesk, type Printed } from "./support/command-desk.ts";

const SECRET = "CANARY/secret+access+key/of-the-store";
const ACCOUNT = { accessKeyId: "AKCANARYKEYID", secretAccessKey: SECRET, region: "eu-central-1" };
const KEYS = { AWS_ACCESS_KEY_ID: ACCOUNT.accessKeyId, AWS_SECRET_ACCESS_KEY: SECRET };

let llm: LlmServer;

beforeAll(async () => {
  llm = await startLlmServer();
});

afterAll(() => llm[Symbol.asyncDispose]());

/** A study of so many cells, and a store that its evidence is copied to. */
async function writeStudy(desk: CommandDesk, store: string, cells = 2): Promise<void> {
  await desk.writeStudy(llm.url, cells);
  await desk.write("bentham.config.yaml", `allowPrivate: true\nevidence:\n  store:\n${store}`);
}

function storeAt({ url, bucket }: Pick<ObjectStore, "url" | "bucket">, more = ""): string {
  return `    kind: s3\n    endpoint: ${url}\n    bucket: ${bucket}\n    region: eu-central-1\n    prefix: mine\n${more}`;
}

/** Every file of the evidence folder, by what it is called in the store. */
async function keptFiles(desk: CommandDesk): Promise<Record<string, string>> {
  const evidence = join(desk.folder, ".bentham", "evidence");
  const entries = await readdir(evidence, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const kept = files.map((file) => file.slice(evidence.length + 1)).filter((file) => !file.startsWith("."));
  const contents = kept.map(async (file) => [`mine/${file}`, await readFile(join(evidence, file), "latin1")] as const);
  return Object.fromEntries(await Promise.all(contents));
}

function storedFiles(objects: ObjectStore): Record<string, string> {
  return Object.fromEntries(objects.objects().map(({ key, bytes }) => [key, bytes.toString("latin1")]));
}

describe("what lies in a store", () => {
  let desk: CommandDesk;
  let objects: ObjectStore;
  let ran: Printed;

  beforeEach(async () => {
    desk = await CommandDesk.open();
    objects = await startObjectStore({ account: ACCOUNT, pageSize: 7 });
    await writeStudy(desk, storeAt(objects));
    ran = await desk.run(["run"], KEYS);
    return async () => {
      await desk[Symbol.asyncDispose]();
      await objects[Symbol.asyncDispose]();
    };
  });

  test("is the evidence of the run, roots among it, and verifies; no secret is left anywhere", async () => {
    expect([ran.exitCode, ran.told]).toEqual([0, expect.not.stringContaining("waits")]);
    expect(storedFiles(objects)).toEqual(await keptFiles(desk));
    const verified = await desk.run(["verify", "--store"], KEYS);
    expect([verified.exitCode, verified.told]).toEqual([
      0,
      expect.stringMatching(/1 root; of 2 planned cells 2 answered[^]*3 bags[^]*all whole/),
    ]);
    const [one = ""] = await readdir(join(desk.folder, ".bentham", "evidence")).then((names) =>
      names.filter((name) => !name.startsWith(".")),
    );
    const ofOne = await desk.run(["verify", "--store", one, "--json"], KEYS);
    expect([ofOne.exitCode, ofOne.out.split("\n").length]).toEqual([0, 4]);
    expect(await findSecret(desk.folder, SECRET)).toEqual([]);
    const said = [ran, verified, ofOne].map(({ out, told }) => out + told).join("\n");
    expect(secretFormsIn(said + JSON.stringify(storedFiles(objects)), SECRET)).toEqual([]);
  });

  test.each([
    ["a changed byte", "changed", (key: string) => objects.plant(key, "other bytes"), "data/network.har"],
    ["a file that is gone", "missing", (key: string) => objects.pull(key), "data/answer.json"],
    ["a file more", "unlisted", (key: string) => objects.plant(key, "one more"), "data/another.txt"],
    ["a name that leads elsewhere", "malformed", (key: string) => objects.plant(key, ""), "data/../../../../x"],
    ["a bag without its last file", "missing", (key: string) => objects.pull(key), "tagmanifest-sha256.txt"],
  ])("%s is found and named", async (_, kind, tamper, file) => {
    const bag = Object.keys(storedFiles(objects)).find((key) => key.endsWith("/1/bagit.txt"));
    tamper(`${bag?.slice(0, -"/bagit.txt".length)}/${file}`);
    const { exitCode, out } = await desk.run(["verify", "--store"], KEYS);
    expect([exitCode, out]).toEqual([20, expect.stringContaining(kind)]);
  });
});

test("a store that is away for a whole run costs no answer and no question; the same command copies later", async () => {
  await using desk = await CommandDesk.open();
  const gone = await startObjectStore();
  await gone[Symbol.asyncDispose]();
  await writeStudy(desk, storeAt(gone), 3);
  const before = llm.asks.length;
  const away = await desk.run(["run"], KEYS);
  expect([away.exitCode, away.out]).toEqual([16, expect.stringContaining("3 answered")]);
  expect(away.told).toContain("4 bags wait to be copied");
  expect(away.told).toContain("ECONNREFUSED");
  const here = await desk.run(["verify", ".bentham/evidence"]);
  expect([here.exitCode, here.told]).toEqual([0, expect.stringContaining("4 bags wait")]);
  await using back = await startObjectStore({ port: Number(new URL(gone.url).port), account: ACCOUNT });
  const copied = await desk.run(["run", "--json"], KEYS);
  expect([copied.exitCode, JSON.parse(copied.out)]).toMatchObject([0, { copies: { copied: 4, waiting: 0 } }]);
  expect(storedFiles(back)).toEqual(await keptFiles(desk));
  expect(llm.asks.length - before).toBe(3);
});

test("a store that refuses is told before anything is asked", async () => {
  await using desk = await CommandDesk.open();
  await using objects = await startObjectStore({ account: ACCOUNT });
  const before = llm.asks.length;
  const cases = [
    [storeAt(objects), {}, 5, "AWS_ACCESS_KEY_ID"],
    [storeAt(objects), { ...KEYS, AWS_SECRET_ACCESS_KEY: "another" }, 16, "SignatureDoesNotMatch"],
    [storeAt({ ...objects, bucket: "other-bucket" }), KEYS, 16, "there is no such bucket"],
  ] as const;
  for (const [store, keys, code, message] of cases) {
    await writeStudy(desk, store);
    const { exitCode, told } = await desk.run(["run"], keys);
    expect([exitCode, told]).toEqual([code, expect.stringContaining(message)]);
  }
  await desk.write("bentham.config.yaml", `surfaces: {}\nevidence:\n  store:\n${storeAt(objects)}`);
  expect((await desk.run(["run"], KEYS)).told).toContain("evidence.store.endpoint: over http");
  expect(llm.asks.length).toBe(before);
});

test("the vault has the credentials, for the store's host alone", async () => {
  await using desk = await CommandDesk.open();
  await using objects = await startObjectStore({ account: ACCOUNT });
  const { host } = new URL(objects.url);
  await writeStudy(desk, storeAt(objects, "    credential: store\n"));
  const value = `${ACCOUNT.accessKeyId}:${SECRET}`;
  await desk.run(["vault", "set", "store", "--host", "store.example.com"], {}, value);
  const elsewhere = await desk.run(["run"]);
  expect([elsewhere.exitCode, elsewhere.told]).toEqual([5, expect.stringContaining(`is not for http://${host}`)]);
  expect(objects.requests()).toEqual([]);
  await desk.run(["vault", "set", "store", "--host", host], {}, value);
  expect((await desk.run(["run"])).exitCode).toBe(0);
  expect(storedFiles(objects)).toEqual(await keptFiles(desk));
});

test("a folder is a store, too; one that is not there is not made", async () => {
  await using desk = await CommandDesk.open();
  await writeStudy(desk, "    { kind: folder, path: copies }\n");
  const away = await desk.run(["run"]);
  expect([away.exitCode, away.told]).toEqual([16, expect.stringContaining("copies is no folder that is there")]);
  await mkdir(join(desk.folder, "copies"));
  expect((await desk.run(["run"])).exitCode).toBe(0);
  const verified = await desk.run(["verify", "--store"]);
  expect([verified.exitCode, verified.told]).toEqual([0, expect.stringContaining("3 bags")]);
});

test.each([
  ["    { kind: s3, endpoint: store.example.com, bucket: evidence }", "endpoint", "expected the address of a service"],
  ["    { kind: s3, endpoint: https://s.example.com, bucket: No }", "bucket", "expected 3 to 63"],
  ["    { kind: s3, endpoint: https://s.example.com, bucket: evidence, regoin: x }", "regoin", "region"],
  ["    { kind: folder }", "path", "bentham.config.yaml:4"],
  ["    { kind: ftp, path: x }", "kind", "bentham.config.yaml:4"],
])("a configuration that says %s names the key and the place", async (store, key, message) => {
  await using desk = await CommandDesk.open();
  await writeStudy(desk, `${store}\n`);
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([4, expect.stringContaining(key)]);
  expect(told).toContain(message);
  expect(told).toContain("bentham.config.yaml:4:");
});

test("verify wants a path or the store, and not both", async () => {
  await using desk = await CommandDesk.open();
  expect((await desk.run(["verify"])).exitCode).toBe(2);
  const none = await desk.run(["verify", "--store"]);
  expect([none.exitCode, none.told]).toEqual([2, expect.stringContaining("evidence.store")]);
});
