import { chmod, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { type CredentialLease, type CredentialMaterial, Secret } from "@bentham/core";
import { type CheckedCredentialVault, createCredentialVault, vaultFileSource } from "@bentham/credential-vault";
import { aJob, findSecret } from "@bentham/testbed";
import { expect, test } from "vitest";
import { VaultDesk } from "./support/vault-desk.ts";

const COOKIE = "CANARY-cookie-77b25f1c";
const TOKEN = "CANARY-token-in-storage-9a77b2";

function stateWith(cookie: string): Secret {
  const cookies = [{ name: "session", value: cookie, domain: "a.example", path: "/" }];
  const records = [{ key: "user", value: JSON.stringify({ token: TOKEN, theme: "dark" }) }];
  const indexedDB = [{ name: "auth", version: 1, stores: [{ name: "tokens", records, indexes: [] }] }];
  return new Secret(
    JSON.stringify({ cookies, origins: [{ origin: "https://a.example", localStorage: [], indexedDB }] }),
  );
}

const STATE = stateWith(COOKIE);

function person(username: string, password = "CANARY-password"): CredentialMaterial {
  return { type: "user-password", username: new Secret(username), password: new Secret(password) };
}

/** A desk with the account `anna` in the pool `team`, and its vault. */
async function withAccount(desk: VaultDesk, material = person("anna")): Promise<CheckedCredentialVault> {
  await desk.vault.set("team", { id: "anna", material, hosts: ["a.example"] });
  return createCredentialVault({ source: vaultFileSource(desk.vault), states: desk.vault.states, environment: {} });
}

function lease(vault: CheckedCredentialVault): Promise<CredentialLease> {
  return vault.acquire({ job: aJob({ credentialPool: "team" }) });
}

/** The only file of a saved state. */
async function stateFile(desk: VaultDesk): Promise<string> {
  const [name = "", ...more] = (await readdir(join(desk.folder, "sessions"))).filter((one) => one.endsWith(".age"));
  expect(more).toEqual([]);
  return join(desk.folder, "sessions", name);
}

test("what one job saves of its account, the next one starts with", async () => {
  await using desk = await VaultDesk.open();
  const first = await lease(await withAccount(desk));
  expect(first.savedState).toBeUndefined();
  await first.saveState?.(STATE);
  await first.release();
  await using next = await lease(await withAccount(desk));
  expect(JSON.parse(next.savedState?.reveal() ?? "")).toEqual(JSON.parse(STATE.reveal()));
});

test("is of one location: elsewhere the account starts with nothing, and saves for itself", async () => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  await vault.saveAccountState("team", "anna", STATE, "de");
  const from = async (locationId: string): Promise<string | undefined> => {
    await using held = await vault.acquire({ job: aJob({ credentialPool: "team", locationId }) });
    return held.savedState?.reveal();
  };
  expect([await from("de"), await from("us"), await from("direct")]).toEqual([STATE.reveal(), undefined, undefined]);
  const other = stateWith("CANARY-cookie-of-us");
  await vault.saveAccountState("team", "anna", other, "us");
  expect([await from("de"), await from("us")]).toEqual([STATE.reveal(), other.reveal()]);
  expect((await vault.standings("team"))[0]?.stateSavedAt).toBeGreaterThan(0);
  await desk.vault.remove("team", "anna");
  expect(await readdir(join(desk.folder, "sessions"))).toEqual(["all.lock"]);
});

test("that does not open is no fault of the pool's other accounts, and is told once", async () => {
  await using desk = await VaultDesk.open();
  for (const id of ["anna", "bert"]) {
    await desk.vault.set("team", { id, material: person(id), hosts: ["a.example"] });
  }
  const warnings: string[] = [];
  const { vault: file } = desk;
  const source = vaultFileSource(file);
  const vault = createCredentialVault({
    source,
    states: file.states,
    environment: {},
    warn: (one) => warnings.push(one),
  });
  await vault.saveAccountState("team", "anna", STATE);
  const path = await stateFile(desk);
  const whole = await readFile(path);
  const changed = Buffer.from(whole);
  changed.writeUInt8(changed.readUInt8(300) ^ 1, 300);
  const nextIds = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let use = 0; use < 4; use++) {
      await using held = await lease(vault);
      ids.push(held.id);
    }
    return ids;
  };
  await writeFile(path, changed);
  expect(await nextIds()).toEqual(["team/bert", "team/bert", "team/bert", "team/bert"]);
  expect(warnings).toEqual([
    expect.stringMatching(/^team\/anna is not used: .*\.age: does not open .*; restore it, or move/),
  ]);
  expect(await readFile(path)).toEqual(changed);
  await desk.vault.remove("team", "bert");
  await expect(lease(vault)).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  await writeFile(path, whole);
  await using held = await lease(vault);
  expect(held.savedState?.reveal()).toBe(STATE.reveal());
});

test("everything in it that may be a secret is among what is scrubbed", async () => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  await vault.saveAccountState("team", "anna", STATE);
  await using held = await lease(vault);
  expect(held.secrets.map((secret) => secret.reveal())).toEqual(["anna", "CANARY-password", COOKIE, TOKEN]);
  expect(inspect(held, { depth: 9 }) + JSON.stringify(held)).not.toContain("CANARY");
});

test("gives the same secrets again for what has stayed, so that they are prepared once", async () => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  await vault.saveAccountState("team", "anna", STATE);
  const before = await vault.readAccountState("team", "anna");
  await vault.saveAccountState("team", "anna", stateWith("CANARY-another-cookie"));
  const after = await vault.readAccountState("team", "anna");
  expect(after?.secrets.find((secret) => secret.reveal() === TOKEN)).toBe(
    before?.secrets.find((secret) => secret.reveal() === TOKEN),
  );
  expect(after?.secrets.map((secret) => secret.reveal())).not.toContain(COOKIE);
});

test("is encrypted, in a file and a folder for this user alone, and nothing is left beside it", async () => {
  await using desk = await VaultDesk.open();
  await (await withAccount(desk)).saveAccountState("team", "anna", STATE);
  const file = await stateFile(desk);
  expect((await readdir(join(desk.folder, "sessions"))).toSorted()).toEqual([
    "all.lock",
    expect.stringMatching(/^team\.anna\.[0-9a-f]{16}\.[0-9a-f]{16}\.age$/),
  ]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(desk.folder, "sessions"))).mode & 0o777).toBe(0o700);
  expect((await readFile(file)).subarray(0, 21).toString("latin1")).toBe("age-encryption.org/v1");
  for (const secret of [COOKIE, TOKEN, "CANARY-password"]) expect(await findSecret(desk.folder, secret)).toEqual([]);
});

test("the account of another user, or another login, starts afresh, and another password does not", async () => {
  await using desk = await VaultDesk.open();
  await (await withAccount(desk)).saveAccountState("team", "anna", STATE);
  const sameUser = await withAccount(desk, person("anna", "CANARY-new-password"));
  expect(await sameUser.readAccountState("team", "anna")).toBeDefined();
  const another = await withAccount(desk, person("bert"));
  expect(await another.readAccountState("team", "anna")).toBeUndefined();
  expect(await another.standings("team")).not.toContainEqual(
    expect.objectContaining({ stateSavedAt: expect.anything() }),
  );
});

test("a file in another account's place is not taken for its", async () => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  await desk.vault.set("team", { id: "bert", material: person("anna"), hosts: ["a.example"] });
  await vault.saveAccountState("team", "anna", STATE);
  const annas = await stateFile(desk);
  await vault.saveAccountState("team", "bert", STATE);
  const berts = (await readdir(join(desk.folder, "sessions"))).find((name) => name.startsWith("team.bert")) ?? "";
  await rename(join(desk.folder, "sessions", berts), annas);
  expect(await vault.readAccountState("team", "anna")).toBeUndefined();
});

test("tells since when a state is saved, and removes it with its credential", async () => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  expect(await vault.standings("team")).toEqual([
    { pool: "team", id: "anna", type: "user-password", hosts: ["a.example"], standing: { kind: "ready" } },
  ]);
  await vault.saveAccountState("team", "anna", STATE);
  const savedAt = (await stat(await stateFile(desk))).mtime.getTime();
  expect(await vault.standings("team")).toEqual([expect.objectContaining({ id: "anna", stateSavedAt: savedAt })]);
  await desk.vault.remove("team");
  expect(await readdir(join(desk.folder, "sessions"))).toEqual(["all.lock"]);
});

test.each([
  [
    "one byte of it has changed",
    "does not open",
    async (file: string) => {
      const bytes = await readFile(file);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
      await writeFile(file, bytes);
    },
  ],
  ["it is cut off", "does not open", async (file: string) => writeFile(file, (await readFile(file)).subarray(0, 300))],
  ["others may read it", "chmod 600", (file: string) => chmod(file, 0o644)],
  ["others may look into its folder", "chmod 700", (file: string) => chmod(join(file, ".."), 0o755)],
  [
    "it is a link",
    "symbolic link",
    async (file: string) => {
      await rename(file, `${file}.moved`);
      await symlink(`${file}.moved`, file);
    },
  ],
])("is refused when %s, left as it is, and its account is free for others", async (_, told, spoil) => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  await vault.saveAccountState("team", "anna", STATE);
  const file = await stateFile(desk);
  await spoil(file);
  const before = await readFile(file);
  const refused = { code: "CREDENTIAL_MISSING", message: expect.stringContaining(told) };
  await expect(lease(vault)).rejects.toMatchObject(refused);
  expect(await readFile(file)).toEqual(before);
  expect((await vault.standings("team")).map(({ standing }) => standing.kind)).toEqual(["ready"]);
});

test("what cannot be saved leaves what was saved before", async () => {
  await using desk = await VaultDesk.open();
  const vault = await withAccount(desk);
  await vault.saveAccountState("team", "anna", STATE);
  for (const nothing of ["", "{", '{"cookies":1}']) {
    await expect(vault.saveAccountState("team", "anna", new Secret(nothing))).rejects.toMatchObject({
      code: "INTERNAL",
    });
  }
  expect((await vault.readAccountState("team", "anna"))?.state.reveal()).toBe(STATE.reveal());
});

test("a lease that was given back saves nothing over what the next one has", async () => {
  await using desk = await VaultDesk.open();
  const first = await lease(await withAccount(desk));
  await first.release();
  await expect(first.saveState?.(STATE)).rejects.toMatchObject({ code: "LEASE_LOST" });
});

test("nothing is saved of what is no account, nor without an identity to encrypt it for", async () => {
  await using desk = await VaultDesk.filled();
  const keys = createCredentialVault({
    source: vaultFileSource(desk.vault),
    states: desk.vault.states,
    environment: {},
  });
  await using key = await lease(keys);
  expect(key).not.toHaveProperty("saveState");
  await expect(keys.saveAccountState("team", "default", STATE)).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });

  await using empty = await VaultDesk.open();
  const credentials = [{ id: "anna", material: person("anna"), hosts: ["a.example"] }];
  const elsewhere = createCredentialVault({
    source: { find: async (name) => ({ name, credentials, howToAddHost: "add it" }) },
    states: empty.vault.states,
    environment: {},
  });
  await using account = await lease(elsewhere);
  expect(account).not.toHaveProperty("saveState");
  const saving = elsewhere.saveAccountState("team", "anna", STATE);
  await expect(saving).rejects.toMatchObject({ message: expect.stringContaining("age-keygen") });
  expect(await readdir(empty.folder)).toEqual([]);
});
