import { execFileSync } from "node:child_process";
import { chmod, chown, copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import process from "node:process";
import { inspect } from "node:util";
import { isBenthamError } from "@bentham/core";
import { describe, expect, test } from "vitest";
import { CANARY, VaultDesk } from "./support/vault-desk.ts";

/** Why the vault can be neither read nor changed. The attempts told nothing that is secret, and changed nothing. */
async function refusalOf(desk: VaultDesk): Promise<string> {
  const before = await readFile(desk.file).catch(() => undefined);
  const identity = await readFile(desk.identity, "latin1").catch(() => "");
  const secrets = [
    "CANARY",
    ...identity.split("\n").flatMap((line) => (line.includes("SECRET") ? line.slice(20, 60) : [])),
  ];
  const messages = new Set<string>();
  for (const use of [() => desk.vault.pools(), () => desk.set("other"), () => desk.vault.remove("team")]) {
    const error: unknown = await use().catch((caught: unknown) => caught);
    if (!isBenthamError(error)) throw new Error(`not refused, but: ${inspect(error)}`);
    expect(error.code).toBe("CREDENTIAL_MISSING");
    for (const secret of secrets) expect(inspect(error, { depth: 9 })).not.toContain(secret);
    messages.add(error.message);
  }
  expect(await readFile(desk.file).catch(() => undefined)).toEqual(before);
  return [...messages].join("\n");
}

describe("changed bytes", () => {
  test("none of the vault can be another without it being refused", async () => {
    await using desk = await VaultDesk.filled();
    const whole = await readFile(desk.file);
    for (const mask of [0x01, 0x20, 0x80]) {
      for (let at = 0; at < whole.length; at++) {
        const changed = Buffer.from(whole);
        changed.writeUInt8(changed.readUInt8(at) ^ mask, at);
        await writeFile(desk.file, changed);
        await expect(desk.vault.pools(), `byte ${at}, mask ${mask}`).rejects.toMatchObject({
          code: "CREDENTIAL_MISSING",
        });
      }
    }
    await writeFile(desk.file, whole);
    expect(await desk.key()).toBe(CANARY);
  });

  test("none may be missing at its end, and none may be added", async () => {
    await using desk = await VaultDesk.filled();
    const whole = await readFile(desk.file);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(desk.file, whole.subarray(0, length));
      await expect(desk.vault.pools(), `${length} bytes`).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
    }
    for (const more of ["\0", "\n", whole]) {
      await writeFile(desk.file, Buffer.concat([whole, Buffer.from(more)]));
      await expect(desk.vault.pools()).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
    }
  });

  test("a vault that is cut off is left as it is", async () => {
    await using desk = await VaultDesk.filled();
    await writeFile(desk.file, (await readFile(desk.file)).subarray(0, 150));
    expect(await refusalOf(desk)).toMatch(/vault\.age: does not open .*identity\.txt/);
  });
});

describe("the folder", () => {
  test("that every user may write lets nobody read or change the vault", async () => {
    await using desk = await VaultDesk.filled();
    await chmod(desk.folder, 0o777);
    expect(await refusalOf(desk)).toContain(`other files there: chmod o-w ${desk.folder}`);
    await chmod(desk.folder, 0o1777); // As /tmp is.
    expect(await desk.key()).toBe(CANARY);
  });
});

describe("the identity", () => {
  test("of another vault does not open this one", async () => {
    await using desk = await VaultDesk.filled();
    await using other = await VaultDesk.filled();
    await copyFile(other.identity, desk.identity);
    expect(await refusalOf(desk)).toMatch(/vault\.age: does not open with the identity .*identity\.txt/);
  });

  test("is not made anew for a vault that it would not open", async () => {
    await using desk = await VaultDesk.filled();
    await rm(desk.identity);
    expect(await refusalOf(desk)).toMatch(/identity\.txt, is missing/);
    await expect(readFile(desk.identity)).rejects.toThrow("ENOENT");
  });

  test.each([
    ["is mistyped", (text: string) => text.replace(/.\n$/, (end) => (end === "Q\n" ? "P\n" : "Q\n")), /mistyped/],
    ["is empty", () => "", /must hold one X25519 identity/],
    ["stands there twice", (text: string) => text + text, /must hold one X25519 identity/],
    ["is cut off", (text: string) => text.slice(0, -9), /must hold one X25519 identity/],
    ["has words beside it", (text: string) => `${text}CANARY words\n`, /must hold one X25519 identity/],
  ])("is refused when it %s", async (_, change, message) => {
    await using desk = await VaultDesk.filled();
    await writeFile(desk.identity, change(await readFile(desk.identity, "utf8")));
    expect(await refusalOf(desk)).toMatch(message);
  });
});

describe.each(["file", "identity"] as const)("the %s", (which) => {
  test.each(["0644", "0640", "0604", "0620", "0602", "0610", "0601"])("is refused with mode %s", async (mode) => {
    await using desk = await VaultDesk.filled();
    await chmod(desk[which], Number.parseInt(mode, 8));
    expect(await refusalOf(desk)).toMatch(new RegExp(`${desk[which]}: its mode ${mode} .*chmod 600 ${desk[which]}`));
    await chmod(desk[which], 0o600);
    expect((await desk.vault.pools()).size).toBe(1);
  });

  test("is not followed when it is a symbolic link", async () => {
    await using desk = await VaultDesk.filled();
    await rename(desk[which], `${desk[which]}.real`);
    await symlink(`${desk[which]}.real`, desk[which]);
    expect(await refusalOf(desk)).toMatch(/is a symbolic link/);
  });

  test("is not written through a link that leads nowhere", async () => {
    await using desk = await VaultDesk.filled();
    await rm(desk[which]);
    await symlink(`${desk[which]}.real`, desk[which]);
    expect(await refusalOf(desk)).toMatch(/is a symbolic link/);
    await expect(readFile(`${desk[which]}.real`)).rejects.toThrow("ENOENT");
  });

  test("is refused when it is a folder", async () => {
    await using desk = await VaultDesk.filled();
    await rm(desk[which]);
    await mkdir(desk[which], { mode: 0o700 });
    expect(await refusalOf(desk)).toMatch(/is no plain file/);
  });

  test("is not waited for when it is a named pipe", async () => {
    await using desk = await VaultDesk.filled();
    await rm(desk[which]);
    execFileSync("mkfifo", ["-m", "600", desk[which]]);
    const error: unknown = await desk.vault.pools().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CREDENTIAL_MISSING", message: expect.stringContaining("no plain file") });
  });

  // Only root can give a file away.
  test.runIf(process.geteuid?.() === 0)("is refused when it is somebody else's", async () => {
    await using desk = await VaultDesk.filled();
    await chown(desk[which], 12_345, 0);
    expect(await refusalOf(desk)).toMatch(/belongs to user 12345/);
  });
});

/** A vault of the pool `team`, with one credential in it. */
function vaultOf(...credentials: object[]): string {
  return JSON.stringify({ version: 2, pools: { team: credentials } });
}

const good = { id: "default", type: "api-key", hosts: ["a.example"], value: CANARY };

test.each([
  ["no JSON", `${CANARY} {`],
  ["a later version", JSON.stringify({ version: 3, pools: {} })],
  ["a member too many", JSON.stringify({ version: 2, pools: {}, more: CANARY })],
  ["a credential too wide", vaultOf({ ...good, more: CANARY })],
  ["a credential for no host", vaultOf({ ...good, hosts: [] })],
  ["a host that is none", vaultOf({ ...good, hosts: ["CANARY/"] })],
  ["a value of two lines", vaultOf({ ...good, value: "CANARY\nb" })],
  ["a type that is none", vaultOf({ ...good, type: "CANARY" })],
  ["a value of another type", vaultOf({ ...good, type: "user-password" })],
  ["two credentials of one id", vaultOf(good, good)],
  ["an id that is none", vaultOf({ ...good, id: "CANARY key" })],
  ["a pool without a credential", vaultOf()],
  ["a pool without a name", JSON.stringify({ version: 2, pools: { "": [good] } })],
  ["a prototype", `{"version":2,"pools":{"__proto__":[${JSON.stringify(good)}]}}`],
  ["a first version with a later member", JSON.stringify({ version: 1, entries: {}, pools: {} })],
  ["a first version without a host", JSON.stringify({ version: 1, entries: { team: { value: CANARY, hosts: [] } } })],
])("a vault that holds %s is refused, and what it holds is not told", async (_, text) => {
  await using desk = await VaultDesk.filled();
  await desk.encrypt(text);
  expect(await refusalOf(desk)).toMatch(/opens, but what it holds is not as this version of Bentham writes it/);
});
