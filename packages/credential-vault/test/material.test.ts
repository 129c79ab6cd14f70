import { inspect } from "node:util";
import { type CredentialLease, Secret } from "@bentham/core";
import { CREDENTIAL_TYPES, createCredentialVault, materialFromText, vaultFileSource } from "@bentham/credential-vault";
import { aJob } from "@bentham/testbed";
import { expect, test } from "vitest";
import { VaultDesk } from "./support/vault-desk.ts";

const token = "CANARY-token-of-the-storage";
const state = {
  cookies: [{ name: "session", value: "CANARY-cookie", domain: ".a.example", path: "/", sameSite: "Lax" }],
  origins: [
    {
      origin: "https://a.example",
      localStorage: [
        { name: "auth", value: JSON.stringify({ user: { token }, theme: "dark" }) },
        { name: "plain", value: "CANARY-long-enough-to-be-one" },
        { name: "note", value: "some words that are no token at all" },
      ],
      indexedDB: [{ name: "db", version: 1, stores: [{ records: [{ value: "CANARY-of-the-database" }] }] }],
    },
  ],
};

/** What is typed for each type, and every secret that stands in it. */
const typed: Readonly<Record<string, readonly [text: string, secrets: readonly string[]]>> = {
  "api-key": ["CANARY-key\n", ["CANARY-key"]],
  bearer: ["CANARY-token\r\n", ["CANARY-token"]],
  "user-password": ["somebody@a.example\nCANARY pass:word\n", ["somebody@a.example", "CANARY pass:word"]],
  cookies: ["Cookie: session=CANARY-1=; theme=CANARY-2\n", ["CANARY-1=", "CANARY-2"]],
  "storage-state": [
    JSON.stringify(state),
    ["CANARY-cookie", token, "CANARY-long-enough-to-be-one", "CANARY-of-the-database"],
  ],
  custom: ['{ "accessKey": "CANARY-a", "secretKey": "CANARY-b" }', ["CANARY-a", "CANARY-b"]],
};

async function leaseFrom(desk: VaultDesk, type: string, text: string): Promise<CredentialLease> {
  const known = CREDENTIAL_TYPES.find((one) => one === type);
  const material = known && materialFromText(known, text);
  if (material === undefined || typeof material === "string") throw new Error(String(material));
  await desk.vault.set("team", { id: "one", material, hosts: ["a.example"] });
  const vault = createCredentialVault({ source: vaultFileSource(desk.vault), environment: {} });
  return vault.acquire({ job: aJob({ credentialPool: "team" }) });
}

test.each(Object.keys(typed))("a credential of type %s comes back as it was, for its host alone", async (type) => {
  await using desk = await VaultDesk.open();
  const [text, secrets] = typed[type] ?? ["", []];
  await using lease = await leaseFrom(desk, type, text);
  expect(lease.materialFor?.("https://a.example/")).toMatchObject({ type });
  expect(lease.secrets.map((secret) => secret.reveal()).toSorted()).toEqual([...secrets].toSorted());
  expect(inspect(lease, { depth: 9 }) + JSON.stringify(lease)).not.toContain("CANARY");
  for (const ask of [() => lease.materialFor?.("https://b.example/"), () => lease.valueFor("https://b.example/")]) {
    expect(ask).toThrow(expect.objectContaining({ code: "CREDENTIAL_HOST_MISMATCH" }));
  }
});

test("each part stands where an adapter looks for it", async () => {
  await using desk = await VaultDesk.open();
  const materialOf = async (type: string, text = typed[type]?.[0] ?? ""): Promise<unknown> => {
    await using lease = await leaseFrom(desk, type, text);
    return JSON.parse(JSON.stringify(lease.materialFor?.("https://a.example/"), revealed));
  };
  expect(await materialOf("user-password")).toEqual({
    type: "user-password",
    username: "somebody@a.example",
    password: "CANARY pass:word",
  });
  expect(await materialOf("user-password", '{"username":"a","password":"b"}')).toMatchObject({ username: "a" });
  expect(await materialOf("cookies")).toMatchObject({
    cookies: [{ name: "session", value: "CANARY-1=" }, { name: "theme" }],
  });
  const cookie = { name: "a", value: "b", domain: ".a.example", secure: true, sameSite: "None", expires: 1e10 };
  expect(await materialOf("cookies", JSON.stringify([cookie]))).toEqual({ type: "cookies", cookies: [cookie] });
  expect(await materialOf("custom")).toMatchObject({ fields: { accessKey: "CANARY-a" } });
  await using lease = await leaseFrom(desk, "storage-state", JSON.stringify(state));
  const material = lease.materialFor?.("https://a.example/");
  expect(material?.type === "storage-state" && JSON.parse(material.state.reveal())).toEqual(state);
});

test.each(["api-key", "bearer"])("an API is asked with the value of type %s", async (type) => {
  await using desk = await VaultDesk.open();
  await using lease = await leaseFrom(desk, type, "CANARY");
  expect(lease.valueFor("https://a.example/").reveal()).toBe("CANARY");
});

test.each(["user-password", "cookies", "storage-state", "custom"])("type %s has no single value", async (type) => {
  await using desk = await VaultDesk.open();
  await using lease = await leaseFrom(desk, type, typed[type]?.[0] ?? "");
  expect(() => lease.valueFor("https://a.example/")).toThrow(
    expect.objectContaining({ code: "CREDENTIAL_MISSING", message: expect.stringContaining(type) }),
  );
});

test.each([
  ["api-key", ""],
  ["api-key", "CANARY\nCANARY"],
  ["bearer", " \n"],
  ["user-password", "CANARY"],
  ["user-password", "CANARY\n"],
  ["user-password", "a\nCANARY\nc"],
  ["user-password", '{"username":"CANARY"}'],
  ["cookies", "CANARY"],
  ["cookies", ";;"],
  ["cookies", "CANARY x=1"],
  ["cookies", '[{"name":"a","value":"CANARY;b"}]'],
  ["cookies", '[{"name":"a","value":"CANARY","more":1}]'],
  ["storage-state", "CANARY"],
  ["storage-state", '{"cookies":"CANARY"}'],
  ["storage-state", '{"cookies":[{"name":"CANARY"}],"origins":[]}'],
  ["custom", "{}"],
  ["custom", '{"a":1}'],
  ["custom", '{"CANARY key":"a"}'],
  ["custom", '["CANARY"]'],
] as const)("what is no credential of type %s is told without being repeated (%j)", (type, text) => {
  const fault = materialFromText(type, text);
  expect(fault).toEqual(expect.any(String));
  expect(fault).not.toContain("CANARY");
});

/** Lets JSON show secrets, to a test that looks at them. */
function revealed(this: unknown, key: string, value: unknown): unknown {
  const held: unknown = typeof this === "object" && this !== null ? Reflect.get(this, key) : undefined;
  return held instanceof Secret ? held.reveal() : value;
}
