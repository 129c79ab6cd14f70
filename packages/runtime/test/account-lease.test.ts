import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Secret } from "@bentham/core";
import { openStore, vaultFileOf, vaultOf } from "@bentham/runtime";
import { aJob, withTemporaryFolder } from "@bentham/testbed";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("support/hold-account-main.ts", import.meta.url));

test("an account is another process's until that is killed, and then free at once", async () => {
  await withTemporaryFolder(async (folder) => {
    await vaultFileOf(folder, {}).set("team", {
      id: "account",
      material: { type: "user-password", username: new Secret("CANARY-user"), password: new Secret("CANARY-password") },
      hosts: ["a.example"],
    });
    await using store = await openStore(folder);
    const vault = vaultOf({ folder, configuration: {}, environment: {} }, store);
    const standing = async (): Promise<string[]> => (await vault.standings("team")).map((shown) => shown.standing.kind);

    const child = spawn(process.execPath, ["--conditions=@bentham/source", main, folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    expect(await standing()).toEqual(["in-use"]);

    child.kill("SIGKILL");
    await exited;
    expect(await standing()).toEqual(["ready"]);
    await using lease = await vault.acquire({ job: aJob({ credentialPool: "team" }) });
    expect(lease.id).toBe("team/account");
    expect(await standing()).toEqual(["in-use"]);
    await lease.release();
    expect(await standing()).toEqual(["ready"]);
  });
});
