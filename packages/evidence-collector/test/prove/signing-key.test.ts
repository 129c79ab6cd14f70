import { execFile, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmod, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createEvidenceCollector, openSigningKey } from "@bentham/evidence-collector";
import { expect, test } from "vitest";
import { bagOf } from "../support/bags.ts";
import { answered, aRequest, SOFTWARE } from "../support/requests.ts";
import { withFolder } from "../support/with-folder.ts";

const run = promisify(execFile);

test("is made once, for its owner alone, and stays as it is", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "data", "signing-key.pem");
    const [one, other] = await Promise.all([openSigningKey(path), openSigningKey(path)]);
    const pem = await readFile(path, "utf8");
    expect(other.fingerprint).toBe(one.fingerprint);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await openSigningKey(path)).publicPem).toBe(one.publicPem);
    expect(await readFile(path, "utf8")).toBe(pem);
    expect(await readdir(join(folder, "data"))).toEqual(["signing-key.pem"]);
  });
});

test.each([
  ["open to others", /0644: chmod 600/, (path: string) => chmod(path, 0o644)],
  ["no key", /no private key in PEM/, (path: string) => writeFile(path, "no key")],
  ["a key of another kind", /no key over P-256/, (path: string) => writeFile(path, otherKey())],
])("is refused when it is %s, and left as it is", async (_what, message, spoil) => {
  await withFolder(async (folder) => {
    const path = join(folder, "signing-key.pem");
    await openSigningKey(path);
    await spoil(path);
    const bytes = await readFile(path);
    await expect(openSigningKey(path)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(message),
    });
    expect(await readFile(path)).toEqual(bytes);
  });
});

test("is refused when it is a link", async () => {
  await withFolder(async (folder) => {
    await openSigningKey(join(folder, "elsewhere.pem"));
    await symlink(join(folder, "elsewhere.pem"), join(folder, "signing-key.pem"));
    await expect(openSigningKey(join(folder, "signing-key.pem"))).rejects.toThrow("is no plain file");
  });
});

test("signs bags so that openssl alone can tell", async (context) => {
  if (spawnSync("openssl", ["version"]).error) return context.skip("there is no openssl here");
  await withFolder(async (folder) => {
    const signingKey = await openSigningKey(join(folder, "signing-key.pem"));
    const collector = createEvidenceCollector({ folder: join(folder, "evidence"), software: SOFTWARE, signingKey });
    const evidence = await (await collector.begin(aRequest())).finish(answered());
    const cwd = bagOf(join(folder, "evidence"), evidence);
    const args = ["dgst", "-sha256", "-verify", "key.pem", "-signature", "tagmanifest-sha256.txt.sig"];
    expect((await run("openssl", [...args, "tagmanifest-sha256.txt"], { cwd })).stdout).toBe("Verified OK\n");
    await run("sha256sum", ["-c", "--strict", "manifest-sha256.txt", "tagmanifest-sha256.txt"], { cwd });
    await expect(run("openssl", [...args, "manifest-sha256.txt"], { cwd })).rejects.toThrow("Command failed");
    expect(JSON.parse(await readFile(join(cwd, "data", "evidence.json"), "utf8"))).toMatchObject({
      signature: { algorithm: "ecdsa-p256-sha256", keySha256: signingKey.fingerprint },
    });
  });
});

function otherKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return String(privateKey.export({ type: "pkcs8", format: "pem" }));
}
