import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type LlmServer, startLlmServer, startTimeStampAuthority, type TimeStampAuthority } from "@bentham/testbed";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";
import { CommandProcess, until } from "./support/command-process.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;

let server: LlmServer;
let authority: TimeStampAuthority;
let desk: CommandDesk;
let root: string;

beforeAll(async () => {
  server = await startLlmServer();
  authority = await startTimeStampAuthority();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await authority[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await authority.behave("ok");
  desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 2);
  await writeConfiguration();
  root = join(desk.folder, ".bentham/evidence/study-1/root-0001");
});
afterEach(() => desk[Symbol.asyncDispose]());

async function writeConfiguration(more = "", allowPrivate = true): Promise<void> {
  const stamps = `timestamps: { url: "${authority.url}", authorities: [authority.pem]${more} }`;
  await desk.write("bentham.config.yaml", `allowPrivate: ${allowPrivate}\n${stamps}\n`);
  await desk.write("authority.pem", authority.certificate);
}

const isStamped = (): boolean => existsSync(join(root, "tagmanifest-sha256.txt.tsr"));

test("the root of a run is stamped by one query, and says when it was there at the latest", async () => {
  const before = authority.queries.length;
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([0, expect.stringContaining("1 time stamp came")]);
  expect(authority.queries.slice(before)).toEqual([expect.objectContaining({ wantsCertificates: true })]);
  const verified = await desk.run(["verify", ".bentham/evidence"]);
  expect(verified.exitCode).toBe(0);
  expect(verified.told).toMatch(/root-0001: there by 20\S+Z, says CN=Bentham testbed time stamps/);
  expect((await desk.run(["status"])).out).toContain("1 time stamp");
  expect(JSON.parse((await desk.run(["status", "--json"])).out).timeStamps).toEqual({ stamped: 1, waiting: 0 });
});

test.runIf(hasOpenssl)("openssl alone finds the stamp good by what lies beside it", async () => {
  await desk.run(["run"]);
  const args = "ts -verify -data tagmanifest-sha256.txt -in tagmanifest-sha256.txt.tsr -CAfile tsa-chain.pem";
  const { stdout, stderr } = spawnSync("openssl", args.split(" "), { cwd: root, encoding: "utf8" });
  expect(stdout + stderr).toContain("Verification: OK");
});

test("while the authority is away, a run ends as ever and tells what waits; verify asks for it later", async () => {
  await authority.behave("away");
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([0, expect.stringMatching(/^1 time stamp waits: .*is away.*ECONNREFUSED/m)]);
  expect((await desk.run(["status"])).out).toContain("0 time stamps, 1 waits for the authority");
  const waiting = await desk.run(["verify", ".bentham/evidence"]);
  expect([waiting.exitCode, waiting.told]).toEqual([
    0,
    expect.stringContaining("study-1/root-0001: waits for its time stamp"),
  ]);
  const demanded = await desk.run(["verify", ".bentham/evidence", "--authorities", "authority.pem"]);
  expect([demanded.exitCode, demanded.out]).toEqual([20, expect.stringContaining("the root was to be stamped")]);

  await authority.behave("ok");
  const { told: came } = await desk.run(["verify", ".bentham/evidence"]);
  expect(came).toContain("1 time stamp came");
  expect((await desk.run(["verify", ".bentham/evidence", "--authorities", "authority.pem"])).exitCode).toBe(0);
});

test("the next run of the folder gets the stamps of those before it", async () => {
  await authority.behave("away");
  await desk.run(["run"]);
  await authority.behave("ok");
  expect((await desk.run(["run", "--new"])).told).toContain("2 time stamps came");
  expect(isStamped()).toBe(true);
});

test.each([
  ["http-500", "status 500"],
  ["garbage", "no answer of a time-stamp authority"],
  ["rejection", "the hash algorithm is not one of ours"],
  ["wrong-imprint", "the time stamp of something else"],
  ["wrong-nonce", "the nonce is not ours"],
  ["no-nonce", "the nonce is not ours"],
  ["expired-certificate", "expired"],
  ["other-purpose", "not for time stamps"],
  ["other-authority", "certificate"],
  ["no-certificate", "certificate"],
  ["spoiled-signature", "its signature is not of what it says"],
] as const)("nothing is kept of an authority that answers by %s", async (behaviour, why) => {
  await authority.behave(behaviour);
  const { exitCode, told } = await desk.run(["run"]);
  expect([exitCode, told]).toEqual([0, expect.stringMatching(new RegExp(`1 time stamp waits: .*${why}`))]);
  expect(isStamped()).toBe(false);
});

test("a policy that is asked for must be the token's", async () => {
  await writeConfiguration(`, policy: "${authority.policy}"`);
  await authority.behave("wrong-policy");
  expect((await desk.run(["run"])).told).toContain(`not under ${authority.policy}`);
  await authority.behave("ok");
  expect((await desk.run(["run"])).told).toContain("1 time stamp came");
});

test("an authority at a private address is asked only where the operator allows it", async () => {
  await authority.behave("away");
  await desk.run(["run"]);
  await authority.behave("ok");
  const before = authority.queries.length;
  await writeConfiguration("", false);
  const { told } = await desk.run(["verify", ".bentham/evidence"]);
  expect(told).toMatch(/1 time stamp waits: .*--allow-private|1 time stamp waits: .*127\.0\.0\.1/);
  expect([authority.queries.length, isStamped()]).toEqual([before, false]);
});

test("where evidence is copied, the stamp is, too, whenever it comes", async () => {
  const config = join(desk.folder, "bentham.config.yaml");
  await appendFile(config, "evidence: { store: { kind: folder, path: copies } }\n");
  await authority.behave("away");
  await mkdir(join(desk.folder, "copies"));
  await desk.run(["run"]);
  const copy = join(desk.folder, "copies/study-1/root-0001");
  expect([existsSync(join(copy, "tagmanifest-sha256.txt")), existsSync(join(copy, "tsa-chain.pem"))]).toEqual([
    true,
    false,
  ]);
  await authority.behave("ok");
  await desk.run(["run"]);
  const { exitCode, told } = await desk.run(["verify", "--store", "--authorities", "authority.pem"]);
  expect([exitCode, told]).toEqual([0, expect.stringMatching(/study-1\/root-0001: there by 20/)]);
});

describe("a process that is killed", () => {
  test("while it waits for the authority loses nothing", async () => {
    await authority.behave("hang");
    const before = authority.queries.length;
    await using running = new CommandProcess(desk, ["run"]);
    await until(() => authority.queries.length > before);
    running.kill("SIGKILL");
    await running.exitCode();
    expect(isStamped()).toBe(false);
    await authority.behave("ok");
    expect((await desk.run(["run"])).told).toContain("1 time stamp came");
    expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);
  });

  test("between the stamp and its chain leaves what is completed without asking again", async () => {
    await desk.run(["run"]);
    const before = authority.queries.length;
    const chain = await readFile(join(root, "tsa-chain.pem"), "utf8");
    await rm(join(root, "tsa-chain.pem"));
    {
      using database = new DatabaseSync(join(desk.folder, ".bentham/bentham.db"));
      database.exec("DELETE FROM shared_state WHERE key LIKE 'timestamps/%'");
    }
    expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);
    expect(await readFile(join(root, "tsa-chain.pem"), "utf8")).toBe(chain);
    expect(authority.queries.length).toBe(before);
  });

  test("as a worker is another's to stamp", async () => {
    await authority.behave("away");
    await desk.run(["run"]);
    await authority.behave("ok");
    await using working = new CommandProcess(desk, ["worker"]);
    await working.untilTold("1 time stamp came");
    working.kill("SIGTERM");
    await working.exitCode();
    expect(isStamped()).toBe(true);
  });
});

test("a root that was changed before it got its stamp gets none", async () => {
  await authority.behave("away");
  await desk.run(["run"]);
  await authority.behave("ok");
  await writeFile(join(root, "tagmanifest-sha256.txt"), "");
  const { exitCode, told } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, told]).toEqual([20, expect.stringContaining("is not as it was sealed, and gets no time stamp")]);
});

test("a root that was sealed without an authority has no stamp, and waits for none", async () => {
  await desk.write("bentham.config.yaml", "allowPrivate: true\n");
  expect((await desk.run(["run"])).told).not.toContain("time stamp");
  await writeConfiguration();
  const { exitCode, told } = await desk.run(["verify", ".bentham/evidence", "--authorities", "authority.pem"]);
  expect([exitCode, told]).toEqual([0, expect.not.stringContaining("time stamp")]);
});

describe("the configuration", () => {
  test.each([
    ['{ url: "ftp://stamps.example", authorities: [authority.pem] }', "address of a time-stamp authority"],
    ['{ url: "http://me:secret@stamps.example/", authorities: [authority.pem] }', "without a name and a password"],
    ['{ url: "http://stamps.example/", authorities: [] }', "root certificate"],
    ['{ url: "http://stamps.example/", authorities: [none.pem] }', "cannot read none.pem"],
    ['{ url: "http://stamps.example/", authorities: [study.yaml] }', "no file holds a certificate that signs itself"],
    ['{ url: "http://stamps.example/", authorities: [authority.pem], policy: "one" }', "object identifier"],
  ])("%s is refused", async (timestamps, why) => {
    await desk.write("bentham.config.yaml", `allowPrivate: true\ntimestamps: ${timestamps}\n`);
    const { exitCode, told } = await desk.run(["run"]);
    expect([exitCode, told]).toEqual([4, expect.stringContaining(why)]);
    expect(told).not.toContain("secret");
  });
});
