import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { vaultFileAt } from "@bentham/credential-vault";
import { SimulatedClock } from "@bentham/testbed";
import { expect, test } from "vitest";
import { keyOf, VaultDesk } from "./support/vault-desk.ts";

const main = fileURLToPath(new URL("support/set-main.ts", import.meta.url));

function poolsOf(writer: number): string[] {
  return Array.from({ length: 10 }, (_, index) => `writer-${writer}.${index}`);
}

test("processes that write at once, from an empty folder on, lose no entry", async () => {
  await using desk = await VaultDesk.open();
  const writers = [1, 2, 3, 4];
  const exits = writers.map(async (writer) => {
    const args = ["--conditions=@bentham/source", main, desk.file, desk.identity, ...poolsOf(writer)];
    const [exitCode] = await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
    return exitCode;
  });
  expect(await Promise.all(exits)).toEqual([0, 0, 0, 0]);
  expect([...(await desk.vault.pools()).keys()]).toEqual(writers.flatMap(poolsOf));
  expect(await readdir(desk.folder)).toEqual(["identity.txt", "vault.age", "vault.age.lock"]);
});

test("several changes in one process lose no entry", async () => {
  await using desk = await VaultDesk.open();
  await Promise.all(poolsOf(1).map((pool) => desk.set(pool)));
  await Promise.all(
    poolsOf(1)
      .slice(5)
      .map((pool) => desk.vault.remove(pool)),
  );
  expect([...(await desk.vault.pools()).keys()]).toEqual(poolsOf(1).slice(0, 5));
});

test("vaults that share an identity and are made at once both open with it", async () => {
  await using desk = await VaultDesk.open();
  const vaults = ["one", "two", "three"].map((name) =>
    vaultFileAt({ file: join(desk.folder, name, "vault.age"), identity: desk.identity }),
  );
  await Promise.all(vaults.map((vault) => vault.set("team", keyOf("value", ["a.example"]))));
  for (const vault of vaults) expect((await vault.pools()).size).toBe(1);
});

test("what a writer that was killed has left is in nobody's way", async () => {
  await using desk = await VaultDesk.filled();
  await writeFile(`${desk.file}.new`, "half a vau", { mode: 0o644 });
  await writeFile(`${desk.file}.lock`, "");
  await desk.set("other");
  expect((await desk.vault.pools()).size).toBe(2);
  expect(await readdir(desk.folder)).not.toContain("vault.age.new");
});

test("a writer that is killed has its lock no more, and leaves a whole vault", async () => {
  await using desk = await VaultDesk.filled();
  const pools = Array.from({ length: 500 }, (_, index) => `pool-${index}`);
  for (const least of [2, 5, 9, 14]) {
    const args = ["--conditions=@bentham/source", main, desk.file, desk.identity, ...pools];
    const child = spawn(process.execPath, args, { stdio: "inherit" });
    const exited = once(child, "exit");
    while ((await desk.vault.pools()).size < least) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await exited;
    expect(await desk.set("team")).toBe("replaced");
  }
  expect((await desk.vault.pools()).size).toBeLessThan(500);
});

test("a writer that does not come to its end is waited for, and then told of", async () => {
  await using desk = await VaultDesk.filled();
  const clock = new SimulatedClock();
  using holder = new DatabaseSync(`${desk.file}.lock`);
  holder.exec("BEGIN EXCLUSIVE");
  const vault = vaultFileAt({ file: desk.file, identity: desk.identity, clock, random: () => 1 });
  const setting = vault.set("other", keyOf("value", ["a.example"]));
  const refused = setting.catch((caught: unknown) => caught);
  while (clock.sleepers === 0) await new Promise((resolve) => setImmediate(resolve));
  await clock.advance(11_000);
  expect(await refused).toMatchObject({
    code: "CREDENTIAL_MISSING",
    message: expect.stringContaining("another process has been writing for 10 s"),
  });
  holder.exec("ROLLBACK");
  expect(await desk.set("other")).toBe("added");
});

test("a vault can be moved with its identity", async () => {
  await using desk = await VaultDesk.filled();
  await using other = await VaultDesk.open();
  await copyFile(desk.file, other.file);
  await copyFile(desk.identity, other.identity);
  expect((await other.vault.pools()).size).toBe(1);
});
