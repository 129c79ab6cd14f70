import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  startTimeStampAuthority,
  type TimeStampAuthority,
  type TimeStampBehaviour,
  withTemporaryFolder,
} from "@bentham/testbed";
import { expect, test } from "vitest";

const run = promisify(execFile);
const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;

/** What `openssl` says of the answer to a query that it made, by the file that was to be stamped and by the query. */
async function verdicts(authority: TimeStampAuthority, folder: string): Promise<readonly [string, string]> {
  const write = (name: string, content: string | Buffer): Promise<void> => writeFile(join(folder, name), content);
  await Promise.all([write("data", "what is stamped"), write("authority.pem", authority.certificate)]);
  const query = ["ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query.tsq"];
  await run("openssl", query, { cwd: folder });
  const response = await fetch(authority.url, {
    method: "POST",
    headers: { "content-type": "application/timestamp-query" },
    body: await readFile(join(folder, "query.tsq")),
  });
  await write("reply.tsr", Buffer.from(await response.arrayBuffer()));
  const verdict = (...args: readonly string[]): string => {
    const checked = ["ts", "-verify", ...args, "-in", "reply.tsr", "-CAfile", "authority.pem"];
    const { stdout, stderr } = spawnSync("openssl", checked, { cwd: folder, encoding: "utf8" });
    return stdout + stderr;
  };
  return [verdict("-data", "data"), verdict("-queryfile", "query.tsq")];
}

test.runIf(hasOpenssl)("openssl accepts what the authority answers, for the file and for the query", async () => {
  await using authority = await startTimeStampAuthority();
  await withTemporaryFolder(async (folder) => {
    const [byData, byQuery] = await verdicts(authority, folder);
    expect([byData, byQuery]).toEqual([
      expect.stringContaining("Verification: OK"),
      expect.stringContaining("Verification: OK"),
    ]);
  });
  expect(authority.queries).toEqual([
    { imprint: expect.stringMatching(/^[0-9a-f]{64}$/), nonce: expect.any(String), wantsCertificates: true },
  ]);
});

const FAULTS: readonly (readonly [TimeStampBehaviour, string])[] = [
  ["garbage", ""],
  ["rejection", "status"],
  ["wrong-imprint", "message imprint mismatch"],
  ["wrong-nonce", "nonce mismatch"],
  ["no-nonce", "nonce not returned"],
  ["expired-certificate", "certificate"],
  ["other-purpose", "certificate"],
  ["other-authority", "certificate"],
  ["no-certificate", "certificate"],
  ["spoiled-signature", "signature"],
];

test.runIf(hasOpenssl).each(FAULTS)("openssl refuses what it answers by %s", async (behaviour, why) => {
  await using authority = await startTimeStampAuthority();
  await authority.behave(behaviour);
  await withTemporaryFolder(async (folder) => {
    const [, byQuery] = await verdicts(authority, folder);
    expect(byQuery).toContain("Verification: FAILED");
    expect(byQuery.toLowerCase()).toContain(why);
  });
});

test("is away and comes back in the same place, and takes nothing but queries", async () => {
  await using authority = await startTimeStampAuthority();
  const { url } = authority;
  await authority.behave("away");
  await expect(fetch(url, { method: "POST" })).rejects.toThrow("fetch failed");
  await authority.behave("ok");
  expect((await fetch(url)).status).toBe(400);
  expect((await fetch(url, { method: "POST", body: "?" })).status).toBe(400);
});
