import { execFile, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { startLlmServer } from "@bentham/testbed";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandDesk } from "./support/command-desk.ts";

let sealed: CommandDesk;

/** A run of three cells, one of which failed at first, and its bundle. */
beforeAll(async () => {
  await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 400 } }] });
  sealed = await CommandDesk.open();
  await sealed.writeStudy(server.url, 3, "concurrency: 1\n");
  const commands = [["run"], ["retry"], ["bundle", "study", "--out", "study.tar"]];
  const ended: number[] = [];
  for (const command of commands) ended.push((await sealed.run(command)).exitCode);
  if (ended.join() !== "3,0,0") throw new Error(`run, retry and bundle ended with ${ended.join()}`);
});

afterAll(() => sealed[Symbol.asyncDispose]());

test("a bundled run is on another machine what it was here", async () => {
  await using desk = await otherMachine();
  const taken = await desk.run(["unbundle", "study.tar"]);
  expect([taken.exitCode, taken.out]).toEqual([0, "study-1  3 planned = 3 answered"]);
  for (const command of [
    ["export", "study-1", "--all"],
    ["results", "study-1"],
    ["status", "study-1", "--json"],
  ]) {
    expect((await desk.run(command)).out).toBe((await sealed.run(command)).out);
  }
  const { exitCode, out, told } = await desk.run(["verify", ".bentham/evidence"]);
  expect([exitCode, out, told]).toEqual([0, "", expect.stringContaining("2 roots; of 3 planned cells 3 answered")]);
  expect((await desk.run(["reparse", "study"])).told).toContain("3 read as they did");
  const again = await desk.run(["unbundle", "study.tar"]);
  expect([again.exitCode, again.told]).toEqual([2, expect.stringContaining("there is a run study-1 already")]);
  await rm(join(desk.folder, ".bentham/evidence/study-1/root-0002"), { recursive: true });
  expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(20);
});

test("tar, sha256sum and openssl alone read and check a bundle", async (context) => {
  if (spawnSync("openssl", ["version"]).error) return context.skip("there is no openssl here");
  await using desk = await otherMachine();
  const run = promisify(execFile);
  await run("tar", ["xf", "study.tar"], { cwd: desk.folder });
  const cwd = join(desk.folder, "study-1-bundle");
  await run("sha256sum", ["--check", "--strict", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"], { cwd });
  const signature = ["-signature", "tagmanifest-sha256.txt.sig", "tagmanifest-sha256.txt"];
  const { stdout } = await run("openssl", ["dgst", "-sha256", "-verify", "key.pem", ...signature], { cwd });
  expect(stdout).toBe("Verified OK\n");
});

test("a bundle that is damaged, cut, forged or none is not taken in, and nothing is left of it", async () => {
  const whole = await readFile(join(sealed.folder, "study.tar"));
  const flipped = Buffer.from(whole);
  const at = flipped.indexOf('"text":') + 9;
  flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
  for (const bytes of [flipped, whole.subarray(0, whole.length >> 1), Buffer.from("no tar"), Buffer.alloc(0)]) {
    await using desk = await CommandDesk.open();
    await writeFile(join(desk.folder, "study.tar"), bytes);
    const { exitCode, told } = await desk.run(["unbundle", "study.tar"]);
    expect([exitCode, told]).toEqual([2, expect.stringContaining("cannot be taken in")]);
    expect(await readdir(join(desk.folder, ".bentham/evidence/.staging"))).toEqual([]);
    expect(await readdir(join(desk.folder, ".bentham/evidence"))).toEqual([".staging"]);
    expect((await desk.run(["status", "study"])).told).toContain("there are no runs yet");
  }
  await using desk = await otherMachine();
  await cp(join(sealed.folder, ".bentham/signing-key.pem"), join(desk.folder, "right.pem"));
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await writeFile(join(desk.folder, "wrong.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  const wrong = await desk.run(["unbundle", "study.tar", "--key", "wrong.pem"]);
  expect([wrong.exitCode, wrong.told]).toEqual([2, expect.stringContaining("signed by another key")]);
  expect((await desk.run(["unbundle", "study.tar", "--key", "right.pem"])).exitCode).toBe(0);
});

test("an import that was killed between its files and its rows is completed by the same command", async () => {
  await using desk = await otherMachine();
  await cp(join(sealed.folder, ".bentham/evidence"), join(desk.folder, ".bentham/evidence"), { recursive: true });
  expect((await desk.run(["unbundle", "study.tar"])).exitCode).toBe(0);
  expect((await desk.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);

  await using other = await otherMachine();
  await cp(join(sealed.folder, ".bentham/evidence"), join(other.folder, ".bentham/evidence"), { recursive: true });
  await writeFile(join(other.folder, ".bentham/evidence/study-1/note.txt"), "somebody else's");
  const { exitCode, told } = await other.run(["unbundle", "study.tar"]);
  expect([exitCode, told]).toEqual([2, expect.stringContaining("there is other evidence in")]);
  expect((await other.run(["status", "study"])).told).toContain("there are no runs yet");
});

test("a run that has not ended is bundled while it is paused, and goes on elsewhere", async () => {
  await using server = await startLlmServer();
  await using desk = await CommandDesk.open();
  await desk.writeStudy(server.url, 3, "budget: { calls: 2 }\nconcurrency: 1\n");
  expect((await desk.run(["run"])).exitCode).toBe(14);
  const refused = await desk.run(["bundle", "study", "--out", "study.tar"]);
  expect([refused.exitCode, refused.told]).toEqual([2, expect.stringContaining("stop it with `bentham pause`")]);
  expect(existsSync(join(desk.folder, "study.tar"))).toBe(false);
  await desk.run(["pause", "study"]);
  expect((await desk.run(["bundle", "study", "--out", "study.tar"])).exitCode).toBe(0);
  expect((await desk.run(["bundle", "study", "--out", "study.tar"])).told).toContain("is there already");

  await using elsewhere = await CommandDesk.open();
  await elsewhere.writeStudy(server.url, 3, "concurrency: 1\n");
  await cp(join(desk.folder, "study.tar"), join(elsewhere.folder, "study.tar"));
  await elsewhere.run(["unbundle", "study.tar"]);
  const went = await elsewhere.run(["run"]);
  expect([went.exitCode, went.out]).toEqual([0, "study-1  3 planned = 3 answered"]);
  expect(server.asks).toHaveLength(3);
  expect((await elsewhere.run(["verify", ".bentham/evidence"])).exitCode).toBe(0);
});

test("a bundle holds no lease, no secret and no key but the public one", async () => {
  using database = new DatabaseSync(join(sealed.folder, ".bentham", "bentham.db"), { readOnly: true });
  expect(database.prepare("SELECT COUNT(*) AS n FROM job").get()).toEqual({ n: 3 });
  const bundle = await readFile(join(sealed.folder, "study.tar"), "latin1");
  expect(bundle).not.toContain("lease_token");
  expect(bundle).not.toContain("PRIVATE KEY");
});

async function otherMachine(): Promise<CommandDesk> {
  const desk = await CommandDesk.open();
  for (const name of ["study.tar", "study.yaml", "bentham.config.yaml"]) {
    await cp(join(sealed.folder, name), join(desk.folder, name));
  }
  return desk;
}
