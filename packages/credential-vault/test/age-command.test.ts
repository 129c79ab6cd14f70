import { execFileSync, spawnSync } from "node:child_process";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { armor } from "age-encryption";
import { expect, test } from "vitest";
import { CANARY, VaultDesk } from "./support/vault-desk.ts";

const hasAge = spawnSync("age", ["--version"]).status === 0;
if (!hasAge)
  process.stderr.write("skipped: there is no `age` command to try vaults with (Debian: apt-get install age)\n");

test.runIf(hasAge)("the age command opens a vault, and what it encrypts opens here", async () => {
  await using desk = await VaultDesk.filled();
  const opened = execFileSync("age", ["-d", "-i", desk.identity, desk.file], { encoding: "utf8" });
  expect(JSON.parse(opened)).toEqual({
    version: 2,
    pools: { team: [{ id: "default", type: "api-key", hosts: ["api.example.com"], value: CANARY }] },
  });

  const [, recipient = ""] = /public key: (age1\w+)/.exec(await readFile(desk.identity, "utf8")) ?? [];
  const text = opened.replace(CANARY, "of the command");
  await writeFile(desk.file, execFileSync("age", ["-r", recipient], { input: text }));
  expect(await desk.key()).toBe("of the command");
  await writeFile(desk.file, execFileSync("age", ["-r", recipient, "--armor"], { input: text }));
  expect(await desk.key()).toBe("of the command");
});

test("a vault in the letters of `age --armor` opens, is cut off no more quietly than another, and is kept as bytes", async () => {
  await using desk = await VaultDesk.filled();
  const whole = armor.encode(await readFile(desk.file));
  await writeFile(desk.file, whole);
  expect(await desk.key()).toBe(CANARY);
  await writeFile(desk.file, whole.slice(0, 200));
  await expect(desk.key()).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  await writeFile(desk.file, whole);
  await desk.set("other");
  expect((await readFile(desk.file, "latin1")).split("\n")[0]).toBe("age-encryption.org/v1");
  expect(await desk.key()).toBe(CANARY);
});

test.runIf(hasAge)("an identity of age-keygen is used as it is", async () => {
  await using desk = await VaultDesk.open();
  execFileSync("age-keygen", ["-o", desk.identity], { stdio: "ignore" });
  await chmod(desk.identity, 0o600);
  const before = await readFile(desk.identity, "utf8");
  await desk.set("team");
  expect(await readFile(desk.identity, "utf8")).toBe(before);
  expect(execFileSync("age", ["-d", "-i", desk.identity, desk.file], { encoding: "utf8" })).toContain(CANARY);
});

test("a vault of the first version opens, and is written as the second when it changes", async () => {
  await using desk = await VaultDesk.filled();
  await desk.encrypt(JSON.stringify({ version: 1, entries: { old: { value: CANARY, hosts: ["a.example"] } } }));
  expect([await desk.key("old"), await desk.key("team")]).toEqual([CANARY, undefined]);
  await desk.set("new");
  expect([...(await desk.vault.pools()).keys()]).toEqual(["new", "old"]);
});
