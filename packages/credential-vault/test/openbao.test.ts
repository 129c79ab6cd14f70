import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  type CheckedCredentialVault,
  createCredentialVault,
  openBaoSource,
  type OpenBaoOptions,
} from "@bentham/credential-vault";
import {
  aJob,
  createAuthority,
  type KvServer,
  SimulatedClock,
  startKvServer,
  withTemporaryFolder,
} from "@bentham/testbed";
import { expect, test } from "vitest";

const TOKEN = "CANARY-token";
const environment = { BAO_TOKEN: TOKEN };
const one = { value: "CANARY-key", hosts: "a.example, b.example:8443" };

/** A vault over a server. */
function vaultOf(server: KvServer, options: Partial<OpenBaoOptions> = {}): CheckedCredentialVault {
  const source = openBaoSource({ address: server.url, environment, ...options });
  return createCredentialVault({ source, environment: {} });
}

async function valueOf(vault: CheckedCredentialVault, pool = "team"): Promise<string> {
  await using lease = await vault.acquire({ job: aJob({ credentialPool: pool }) });
  return lease.valueFor("https://a.example/").reveal();
}

async function failureOf(vault: CheckedCredentialVault, pool = "team"): Promise<unknown> {
  const error: unknown = await valueOf(vault, pool).catch((caught: unknown) => caught);
  expect(inspect(error, { depth: 9 })).not.toContain("CANARY");
  return error;
}

test("a secret is a pool of one credential, as `kv put value=... hosts=...` writes it", async () => {
  await using server = await startKvServer({ token: TOKEN });
  server.put("bentham/team", one);
  const vault = vaultOf(server);
  expect(await valueOf(vault)).toBe("CANARY-key");
  expect(await vault.standings("team")).toEqual([
    {
      pool: "team",
      id: "default",
      type: "api-key",
      hosts: ["a.example", "b.example:8443"],
      standing: { kind: "ready" },
    },
  ]);
  expect(new Set(server.requests)).toEqual(new Set(["GET /v1/secret/data/bentham/team"]));
});

test("a secret holds several credentials, of any type, as a list or as its text", async () => {
  await using server = await startKvServer({ token: TOKEN });
  const credentials = [
    { id: "key", hosts: ["a.example"], value: "CANARY-key" },
    {
      id: "account",
      type: "user-password",
      hosts: ["a.example"],
      value: { username: "CANARY-u", password: "CANARY-p" },
    },
  ];
  server.put("bentham/list", { credentials });
  server.put("bentham/text", { credentials: JSON.stringify(credentials) });
  const vault = vaultOf(server);
  for (const pool of ["list", "text"]) {
    expect((await vault.standings(pool)).map(({ id, type }) => [id, type])).toEqual([
      ["key", "api-key"],
      ["account", "user-password"],
    ]);
  }
});

test("mount, path and namespace are where the operator says, and pools are listed", async () => {
  await using server = await startKvServer({ token: TOKEN, mount: "kv/ai", namespace: "team-a" });
  server.put("apps/bentham/team", one);
  server.put("apps/bentham/other", one);
  server.put("apps/bentham/deeper/one", one);
  const place = { mount: "kv/ai", path: "apps/bentham", namespace: "team-a" };
  expect(await valueOf(vaultOf(server, place))).toBe("CANARY-key");
  expect(await openBaoSource({ address: server.url, environment, ...place }).names()).toEqual(["other", "team"]);
  expect(await openBaoSource({ address: server.url, environment, ...place, path: "nothing" }).names()).toEqual([]);
  expect(await failureOf(vaultOf(server, { ...place, namespace: "team-b" }))).toMatchObject({
    code: "CREDENTIAL_MISSING",
    message: expect.stringContaining("is a key-value engine of version 2 mounted at kv/ai?"),
  });
});

test("a pool that is not there, or was deleted, is missing", async () => {
  await using server = await startKvServer({ token: TOKEN });
  server.put("bentham/gone", one);
  server.delete("bentham/gone");
  for (const pool of ["nope", "gone", "../team", "a/b", "%2e"]) {
    expect(await failureOf(vaultOf(server), pool)).toMatchObject({ code: "CREDENTIAL_MISSING" });
  }
});

test.each([
  ["nothing", {}],
  ["no host", { value: "CANARY" }],
  ["a host that is none", { value: "CANARY", hosts: "https://CANARY" }],
  ["a type that is none", { value: "CANARY", hosts: "a.example", type: "CANARY" }],
  ["an empty list", { credentials: [] }],
  ["a list that is none", { credentials: "CANARY" }],
  ["two of one id", { credentials: [one, one] }],
])("a secret that holds %s is refused, and what it holds is not told", async (_, data) => {
  await using server = await startKvServer({ token: TOKEN });
  server.put("bentham/team", data);
  expect(await failureOf(vaultOf(server))).toMatchObject({
    code: "CREDENTIAL_MISSING",
    message: expect.stringContaining("secret/bentham/team is not as Bentham reads it"),
  });
});

test.each([
  ["sealed", "NO_RESOURCE", /is sealed, or under maintenance: unseal it/],
  ["failing", "NO_RESOURCE", /failed \(500\): internal error/],
  ["redirecting", "CREDENTIAL_MISSING", /a redirect, and none is followed/],
  ["no-vault", "CREDENTIAL_MISSING", /no JSON: is it a vault/],
] as const)("a server that is %s is told of plainly", async (trouble, code, message) => {
  await using server = await startKvServer({ token: TOKEN });
  server.setTrouble(trouble);
  const vault = vaultOf(server);
  expect(await failureOf(vault)).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(await vault.check([{ pool: "team" }])).toEqual([expect.stringMatching(message)]);
});

test("a wrong token is told of plainly, and one that is renewed in its file is used at once", async () => {
  await using server = await startKvServer({ token: TOKEN });
  server.put("bentham/team", one);
  await withTemporaryFolder(async (folder) => {
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, "CANARY-old\n", { mode: 0o600 });
    const vault = vaultOf(server, { tokenFile, environment: {} });
    expect(await failureOf(vault)).toMatchObject({
      code: "CREDENTIAL_MISSING",
      message: expect.stringMatching(/says "permission denied": the token has expired/),
    });
    await writeFile(tokenFile, `${TOKEN}\n`);
    expect(await valueOf(vault)).toBe("CANARY-key");
    await chmod(tokenFile, 0o644);
    expect(await failureOf(vaultOf(server, { tokenFile }))).toMatchObject({
      message: expect.stringContaining("lets others in"),
    });
  });
  expect(await failureOf(vaultOf(server, { environment: {} }))).toMatchObject({
    message: expect.stringContaining("BAO_TOKEN or VAULT_TOKEN"),
  });
});

test("a server that is not there, or says nothing, is waited for by the lane", async () => {
  const server = await startKvServer({ token: TOKEN });
  server.setTrouble("silent");
  expect(await failureOf(vaultOf(server, { timeout: 100 }))).toMatchObject({
    code: "NO_RESOURCE",
    pauses: "lane",
    message: expect.stringContaining("did not answer within 100 ms"),
  });
  await server[Symbol.asyncDispose]();
  expect(await failureOf(vaultOf(server))).toMatchObject({
    code: "NO_RESOURCE",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

test("https is verified, by an authority of the operator's where one is named", async () => {
  const authority = await createAuthority();
  await using server = await startKvServer({ token: TOKEN, tls: await authority.issue(["127.0.0.1"]) });
  server.put("bentham/team", one);
  expect(await valueOf(vaultOf(server, { authorities: [authority.certificate] }))).toBe("CANARY-key");
  const other = await createAuthority();
  for (const authorities of [undefined, [other.certificate]]) {
    expect(await failureOf(vaultOf(server, { authorities }))).toMatchObject({
      code: "CREDENTIAL_MISSING",
      message: expect.stringMatching(/certificate that is not trusted .*vault\.openBao\.authority/),
    });
  }
  expect(server.requests).toEqual(["GET /v1/secret/data/bentham/team"]);
});

test("what was read is good for a while without asking, then a new version is picked up", async () => {
  await using server = await startKvServer({ token: TOKEN });
  const clock = new SimulatedClock();
  server.put("bentham/team", one);
  const vault = vaultOf(server, { clock, refresh: 60_000 });
  await Promise.all([valueOf(vault), valueOf(vault), valueOf(vault)]);
  expect(server.requests).toHaveLength(1);
  server.put("bentham/team", { ...one, value: "CANARY-new" });
  await clock.advance(59_999);
  expect(await valueOf(vault)).toBe("CANARY-key");
  await clock.advance(1);
  expect(await valueOf(vault)).toBe("CANARY-new");
  expect(server.requests).toHaveLength(2);
});

test("what was read is used while the server is sealed, but not for ever", async () => {
  await using server = await startKvServer({ token: TOKEN });
  const clock = new SimulatedClock();
  server.put("bentham/team", one);
  const vault = vaultOf(server, { clock, refresh: 1000, keep: 30_000 });
  expect(await valueOf(vault)).toBe("CANARY-key");
  server.setTrouble("sealed");
  for (let second = 0; second < 29; second++) {
    await clock.advance(1000);
    expect(await valueOf(vault)).toBe("CANARY-key");
  }
  expect(server.requests.length).toBeLessThan(6); // It is not asked at every lease meanwhile.
  await clock.advance(2000);
  expect(await failureOf(vault)).toMatchObject({ code: "NO_RESOURCE", message: expect.stringContaining("sealed") });
  server.setTrouble();
  expect(await valueOf(vault)).toBe("CANARY-key");
});

test.each([
  "vault.example:8200",
  "http://vault.example:8200",
  "ftp://vault.example",
  "https://user:CANARY@vault.example",
  "",
])("an address that cannot be meant is refused: %j", (address) => {
  expect(() => openBaoSource({ address, environment })).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.not.stringContaining("CANARY") }),
  );
});

test("options that cannot be meant are refused", () => {
  expect(() => openBaoSource({ address: "https://a.example", refresh: -1, environment })).toThrow("refresh is -1");
});
