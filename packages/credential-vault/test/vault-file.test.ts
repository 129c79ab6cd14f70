import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { Secret } from "@bentham/core";
import { vaultFileAt } from "@bentham/credential-vault";
import { findSecret, secretFormsIn } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CANARY, keyOf, VaultDesk } from "./support/vault-desk.ts";

test("gives back what was set, in the order of the pools' names", async () => {
  await using desk = await VaultDesk.open();
  expect(await desk.set("team", CANARY, ["api.example.com", "[::1]:8080"])).toBe("added");
  expect(await desk.set("Other.pool_1", "é ~ key")).toBe("added");
  const pools = await vaultFileAt(desk).pools();
  expect([...pools.keys()]).toEqual(["Other.pool_1", "team"]);
  expect(pools.get("team")).toEqual([
    { id: "default", material: { type: "api-key", key: expect.any(Secret) }, hosts: ["api.example.com", "[::1]:8080"] },
  ]);
  expect([await desk.key(), await desk.key("Other.pool_1")]).toEqual([CANARY, "é ~ key"]);
});

test("replaces a pool's credential and its hosts", async () => {
  await using desk = await VaultDesk.filled();
  expect(await desk.set("team", "another", ["b.example", "b.example"])).toBe("replaced");
  expect([await desk.key(), (await desk.vault.pools()).get("team")?.[0]?.hosts]).toEqual(["another", ["b.example"]]);
});

test("forgets a pool, and says when there was none", async () => {
  await using desk = await VaultDesk.filled();
  await desk.set("rest");
  expect(await desk.vault.remove("team")).toBe(true);
  expect(await desk.vault.remove("team")).toBe(false);
  expect([...(await desk.vault.pools()).keys()]).toEqual(["rest"]);
});

test("drops the line break at a value's end, and nothing else", async () => {
  await using desk = await VaultDesk.open();
  await desk.set("team", ` ${CANARY} \r\n`);
  expect(await desk.key()).toBe(` ${CANARY} `);
});

test("makes nothing before the first credential is set, and then files for this user alone", async () => {
  await using desk = await VaultDesk.open();
  const vault = vaultFileAt({ file: join(desk.folder, "a", "vault.age"), identity: join(desk.folder, "b", "key.txt") });
  expect((await vault.pools()).size).toBe(0);
  expect(await vault.remove("team")).toBe(false);
  expect(await readdir(desk.folder)).toEqual([]);
  await vault.set("team", keyOf(CANARY, ["a.example"]));
  for (const [path, mode] of [
    ["a", 0o700],
    ["b", 0o700],
    ["a/vault.age", 0o600],
    ["b/key.txt", 0o600],
  ] as const)
    expect((await stat(join(desk.folder, path))).mode & 0o777).toBe(mode);
});

test("is an age file for the identity's recipient, and holds no value in the clear", async () => {
  await using desk = await VaultDesk.filled();
  const bytes = await readFile(desk.file);
  expect(bytes.subarray(0, 31).toString("latin1")).toBe("age-encryption.org/v1\n-> X25519");
  expect(await findSecret(desk.folder, CANARY)).toEqual([]);
  expect(secretFormsIn(inspect(await desk.vault.pools(), { depth: 9 }), CANARY)).toEqual([]);
});

test("keeps the identity that is there, as age-keygen writes it", async () => {
  await using desk = await VaultDesk.filled();
  const identity = await readFile(desk.identity, "utf8");
  expect(identity).toMatch(/^# .*\n# public key: age1[a-z0-9]{58}\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/);
  await writeFile(desk.identity, `# created: 2026-01-01T00:00:00Z\r\n${identity}\r\n`);
  await desk.set("rest");
  expect((await desk.vault.pools()).size).toBe(2);
  expect(await readFile(desk.identity, "utf8")).toContain("# created");
});

test.each([
  ["pool", "a b", "value", ["a.example"]],
  ["pool", "../x", "value", ["a.example"]],
  ["pool", "__proto__", "value", ["a.example"]],
  ["pool", "x".repeat(65), "value", ["a.example"]],
  ["value", "team", "\n", ["a.example"]],
  ["value", "team", `${CANARY}\nX-Evil: 1`, ["a.example"]],
  ["value", "team", `${CANARY}…`, ["a.example"]],
  ["host", "team", "value", []],
  ["host", "team", "value", ["*.example"]],
  ["host", "team", "value", ["https://a.example"]],
])("refuses a %s that cannot be meant (%j), before anything is made", async (_, pool, value, hosts) => {
  await using desk = await VaultDesk.open();
  const error: unknown = await desk.set(pool, value, hosts).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "CONFIG_INVALID" });
  expect(inspect(error)).not.toContain("CANARY");
  expect(await readdir(desk.folder)).toEqual([]);
});

test("is not made so large that it could not be read again", async () => {
  await using desk = await VaultDesk.filled();
  await expect(desk.set("large", "x".repeat(5_000_000))).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  expect([...(await desk.vault.pools()).keys()]).toEqual(["team"]);
});

test("a pool called like a member of every object is a pool like any other", async () => {
  await using desk = await VaultDesk.open();
  expect((await desk.vault.pools()).get("constructor")).toBeUndefined();
  await desk.set("constructor");
  expect(await desk.key("constructor")).toBe(CANARY);
});
