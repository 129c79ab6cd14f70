import { chmod, copyFile, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createCredentialVault, vaultFileSource } from "@bentham/credential-vault";
import { aJob } from "@bentham/testbed";
import { expect, test } from "vitest";
import { VaultDesk } from "./support/vault-desk.ts";

/** Gives the values of the leases of a vault that goes on while its file changes. */
function reader(
  desk: VaultDesk,
  environment: NodeJS.ProcessEnv = {},
): { value(pool?: string): Promise<string>; readonly warnings: string[] } {
  const warnings: string[] = [];
  const source = vaultFileSource(desk.vault, (warning) => void warnings.push(warning));
  const vault = createCredentialVault({ source, environment });
  return {
    warnings,
    async value(pool = "team") {
      await using lease = await vault.acquire({ job: aJob({ credentialPool: pool }) });
      return lease.valueFor("https://api.example.com/").reveal();
    },
  };
}

test("the next lease has what was set meanwhile, and one that is held has what it had", async () => {
  await using desk = await VaultDesk.filled();
  const vault = createCredentialVault({ source: vaultFileSource(desk.vault), environment: {} });
  await using held = await vault.acquire({ job: aJob({ credentialPool: "team" }) });
  await desk.set("team", "another");
  await using next = await vault.acquire({ job: aJob({ credentialPool: "team" }) });
  expect(held.valueFor("https://api.example.com/").reveal()).toMatch(/^CANARY/);
  expect(next.valueFor("https://api.example.com/").reveal()).toBe("another");
});

test("a file that is put in its place is picked up whole: no lease ever sees a mixture", async () => {
  await using desk = await VaultDesk.open();
  await using other = await VaultDesk.open();
  await desk.set("one", "old");
  await desk.set("two", "old");
  await copyFile(desk.identity, other.identity);
  await other.set("one", "new");
  await other.set("two", "new");
  const files = { old: await readFile(desk.file), new: await readFile(other.file) };
  const source = vaultFileSource(desk.vault);
  const seen = new Set<string>();
  for (let round = 0; round < 30; round++) {
    const which = round % 2 === 0 ? "new" : "old";
    await writeFile(`${desk.file}.next`, files[which], { mode: 0o600 });
    const replacing = rename(`${desk.file}.next`, desk.file);
    const found = await Promise.all(["one", "two", "one"].map((pool) => source.find(pool)));
    await replacing;
    for (const pool of found) {
      const [credential] = pool?.credentials ?? [];
      if (credential?.material.type === "api-key") seen.add(credential.material.key.reveal());
    }
    const after = await source.find("two");
    expect(after?.credentials[0]?.material).toMatchObject({ type: "api-key" });
    const [now] = after?.credentials ?? [];
    expect(now?.material.type === "api-key" && now.material.key.reveal()).toBe(which);
  }
  expect([...seen].toSorted()).toEqual(["new", "old"]);
});

test.each([
  ["is cut off", async (desk: VaultDesk) => writeFile(desk.file, (await readFile(desk.file)).subarray(0, 100))],
  ["lets others in", async (desk: VaultDesk) => chmod(desk.file, 0o644)],
  ["is not there", (desk: VaultDesk) => rm(desk.file)],
  ["has lost its identity", async (desk: VaultDesk) => rm(desk.identity)],
])("one that %s is refused with one warning, and what was read holds until it is put right", async (_, spoil) => {
  await using desk = await VaultDesk.filled();
  await using spare = await VaultDesk.open();
  await copyFile(desk.file, spare.file);
  await copyFile(desk.identity, spare.identity);
  const vault = reader(desk);
  const before = await vault.value();
  await spoil(desk);
  expect([await vault.value(), await vault.value()]).toEqual([before, before]);
  expect(vault.warnings).toEqual([expect.stringContaining("what was last read of the vault is used still")]);
  await copyFile(spare.identity, desk.identity);
  await copyFile(spare.file, desk.file);
  await chmod(desk.file, 0o600);
  await desk.set("team", "put right");
  expect(await vault.value()).toBe("put right");
});

test("a pool that is removed lets those wait who need it, and is used again when it is back", async () => {
  await using desk = await VaultDesk.filled();
  await desk.set("other", "other");
  const vault = reader(desk);
  const before = await vault.value();
  await desk.vault.remove("team");
  await expect(vault.value()).rejects.toMatchObject({ code: "NO_RESOURCE", retryAfterMs: Infinity, pauses: "lane" });
  expect(await vault.value("other")).toBe("other");
  await desk.set("team");
  expect(await vault.value()).toBe(before);
  expect(vault.warnings).toEqual([]);
});

test("no key of the environment takes the place of one that the vault had, neither without its pool nor without its file", async () => {
  await using desk = await VaultDesk.open();
  await desk.set("openai", "of the vault");
  await desk.set("other", "other");
  const vault = reader(desk, { OPENAI_API_KEY: "of the environment" });
  expect(await vault.value("openai")).toBe("of the vault");
  await rename(desk.file, `${desk.file}.away`);
  expect(await vault.value("openai")).toBe("of the vault");
  expect(vault.warnings).toEqual([expect.stringContaining("is not there any more")]);
  await rename(`${desk.file}.away`, desk.file);
  await desk.vault.remove("openai");
  await expect(vault.value("openai")).rejects.toMatchObject({ code: "NO_RESOURCE" });
});
