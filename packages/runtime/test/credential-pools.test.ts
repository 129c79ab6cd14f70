import { join } from "node:path";
import { readConfiguration, vaultOf } from "@bentham/runtime";
import { aJob, startKvServer, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";
import { writeFile } from "node:fs/promises";

test("a configuration describes pools of several variables, how they are chosen, and a vault elsewhere", async () => {
  await using server = await startKvServer({ token: "CANARY-token" });
  server.put("teams/other", { value: "CANARY-other", hosts: "a.example" });
  await withTemporaryFolder(async (folder) => {
    const file = join(folder, "bentham.config.yaml");
    await writeFile(join(folder, "token"), "CANARY-token\n", { mode: 0o600 });
    await writeFile(
      file,
      `vault:
  environment:
    team:
      - { variable: KEY_A, hosts: [a.example] }
      - { variable: KEY_B, type: bearer, hosts: [a.example] }
  openBao: { address: "${server.url}", path: teams, tokenFile: token, refresh: 1000 }
  pools:
    team: { strategy: weighted, weights: { KEY_A: 0, KEY_B: 1 }, cooling: { errors: 3, window: 60000, rest: 1000 } }
`,
    );
    const configuration = await readConfiguration([], {}, file);
    const environment = { KEY_A: "CANARY-a", KEY_B: "CANARY-b" };
    const vault = vaultOf({ folder, configuration, environment });
    for (const [pool, id] of [
      ["team", "team/KEY_B"],
      ["team", "team/KEY_B"],
      ["other", "other/default"],
    ]) {
      await using lease = await vault.acquire({ job: aJob({ credentialPool: pool ?? "" }) });
      expect(lease.id).toBe(id);
    }
    const elsewhere = { pool: "team", url: "https://evil.example/v1" };
    expect(await vault.check([elsewhere])).toEqual([expect.stringContaining("is not for https://evil.example")]);
  });
});

test.each([
  ["strategy: fastest", /strategy/],
  ["weights: { a: -1 }", /weights/],
  ["cooling: { errors: 0 }", /errors/],
  ["cooling: { rests: 5 }", /rests/],
])("a pool that cannot be meant is refused, with its place: %s", async (options, message) => {
  await withTemporaryFolder(async (folder) => {
    const file = join(folder, "bentham.config.yaml");
    await writeFile(file, `vault:\n  pools:\n    team: { ${options} }\n`);
    await expect(readConfiguration([], {}, file)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(message),
    });
  });
});
