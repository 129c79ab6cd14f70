import { chmod, writeFile } from "node:fs/promises";
import { inspect } from "node:util";
import { type CredentialLease, Secret } from "@bentham/core";
import {
  type CheckedCredentialVault,
  createCredentialVault,
  type EnvironmentPool,
  vaultFileSource,
} from "@bentham/credential-vault";
import { aJob } from "@bentham/testbed";
import { expect, test } from "vitest";
import { CANARY, VaultDesk } from "./support/vault-desk.ts";

const environment = { OPENAI_API_KEY: "from the environment", TEAM_KEY: "from the environment" };

function vaultOf(desk: VaultDesk, pools: Record<string, EnvironmentPool> = {}): CheckedCredentialVault {
  return createCredentialVault({ source: vaultFileSource(desk.vault), pools, environment });
}

function leaseOf(vault: CheckedCredentialVault, credentialPool: string): Promise<CredentialLease> {
  return vault.acquire({ job: aJob({ credentialPool }) });
}

test("a pool of the file gives its value to its own hosts, and to no other", async () => {
  await using desk = await VaultDesk.open();
  await desk.set("team", CANARY, ["api.example.com", "127.0.0.1:8080"]);
  await using lease = await leaseOf(vaultOf(desk), "team");
  expect(lease).toMatchObject({ id: "team/default", pool: "team", secrets: [expect.any(Secret)] });
  expect(inspect(lease, { depth: 9 }) + JSON.stringify(lease)).not.toContain("CANARY");
  for (const url of ["https://api.example.com/v1", "http://127.0.0.1:8080/v1"])
    expect(lease.valueFor(url).reveal()).toBe(CANARY);
  for (const url of [
    "https://api.example.com:8443/",
    "http://api.example.com/",
    "https://evil.example/",
    "https://user@api.example.com/",
    "nothing",
  ]) {
    expect(() => lease.valueFor(url)).toThrow(
      expect.objectContaining({ code: "CREDENTIAL_HOST_MISMATCH", message: expect.not.stringContaining("CANARY") }),
    );
  }
});

test("a pool of the file is taken in place of a built-in one of the same name", async () => {
  await using desk = await VaultDesk.open();
  await desk.set("openai", CANARY, ["api.openai.com"]);
  await using lease = await leaseOf(vaultOf(desk), "openai");
  expect([lease.id, lease.valueFor("https://api.openai.com/").reveal()]).toEqual(["openai/default", CANARY]);
});

test("a pool that the file does not have is the environment's, also where there is no file", async () => {
  await using filled = await VaultDesk.filled();
  await using empty = await VaultDesk.open();
  for (const desk of [filled, empty]) {
    await using lease = await leaseOf(vaultOf(desk), "openai");
    expect(lease.id).toBe("openai/OPENAI_API_KEY");
  }
  await expect(leaseOf(vaultOf(filled), "nope")).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  await expect(vaultOf(filled).acquire({ job: aJob() })).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
});

test("a pool that an operator has described is the environment's, and the file is not even opened", async () => {
  await using desk = await VaultDesk.filled();
  const vault = vaultOf(desk, { team: { variable: "TEAM_KEY", hosts: ["api.example.com"] } });
  await chmod(desk.file, 0o644);
  await using lease = await leaseOf(vault, "team");
  expect(lease.id).toBe("team/TEAM_KEY");
  expect(await vault.check([{ pool: "team" }])).toEqual([]);
  expect(await vault.check([])).toEqual([]);
});

test("a file that does not open is told once, and no other credential is taken for one it may hold", async () => {
  await using desk = await VaultDesk.filled();
  await writeFile(desk.file, "no vault");
  const vault = vaultOf(desk);
  expect(await vault.check([{ pool: "team" }, { pool: "openai" }])).toEqual([
    expect.stringContaining(`${desk.file}: does not open`),
  ]);
  await expect(leaseOf(vault, "openai")).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
});

test("a file that is put right opens for the next who asks", async () => {
  await using desk = await VaultDesk.filled();
  const vault = vaultOf(desk);
  await chmod(desk.file, 0o644);
  await expect(leaseOf(vault, "team")).rejects.toMatchObject({ code: "CREDENTIAL_MISSING" });
  await chmod(desk.file, 0o600);
  await using lease = await leaseOf(vault, "team");
  expect(lease.id).toBe("team/default");
});

test("a check tells that a credential is not for the place it is to be sent to", async () => {
  await using desk = await VaultDesk.filled();
  const at = (url: string): Promise<string[]> => vaultOf(desk).check([{ pool: "team", url }]);
  expect(await at("https://api.example.com/v1")).toEqual([]);
  expect(await at("https://elsewhere.example/v1")).toEqual([
    expect.stringContaining('"team" is not for https://elsewhere.example'),
  ]);
});

test("what is missing is told for each pool", async () => {
  await using desk = await VaultDesk.filled();
  expect(await vaultOf(desk).check([{ pool: "team" }, { pool: "anthropic" }, { pool: "nope" }])).toEqual([
    expect.stringContaining("ANTHROPIC_API_KEY"),
    expect.stringContaining("bentham vault set"),
  ]);
});

test("a job that has been stopped gets no lease", async () => {
  await using desk = await VaultDesk.filled();
  const reason = new Error("stopped");
  const acquiring = vaultOf(desk).acquire({ job: aJob({ credentialPool: "team" }), signal: AbortSignal.abort(reason) });
  await expect(acquiring).rejects.toBe(reason);
});
