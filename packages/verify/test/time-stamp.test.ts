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
import { verifyTimeStamp } from "@bentham/verify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const hasOpenssl = spawnSync("openssl", ["version"]).error === undefined;
const BYTES = Buffer.from("what is stamped\n");

/** An authority as `openssl` makes one, by RSA, with a certificate between the root and the signer. */
const CONFIGURATION = `
[ ca ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[ stamps ]
extendedKeyUsage = critical,timeStamping
[ tsa ]
default_tsa = authority
[ authority ]
serial = serial
signer_cert = signer.pem
certs = between.pem
signer_key = signer.key
signer_digest = sha512
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha384
ess_cert_id_chain = yes
`;

describe.runIf(hasOpenssl)("a token that openssl made", () => {
  const made: Record<string, Buffer | string> = {};

  beforeAll(() =>
    withTemporaryFolder(async (folder) => {
      const openssl = async (...args: readonly string[]): Promise<void> => {
        await promisify(execFile)("openssl", args, { cwd: folder });
      };
      const certify = async (name: string, by: string, extensions: string): Promise<void> => {
        await openssl(
          "req",
          "-new",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-keyout",
          `${name}.key`,
          "-subj",
          `/CN=${name}`,
          "-out",
          `${name}.csr`,
        );
        const signer =
          name === by ? ["-signkey", `${by}.key`] : ["-CA", `${by}.pem`, "-CAkey", `${by}.key`, "-CAcreateserial"];
        await openssl(
          "x509",
          "-req",
          "-in",
          `${name}.csr`,
          ...signer,
          "-days",
          "2",
          "-extfile",
          "openssl.cnf",
          "-extensions",
          extensions,
          "-out",
          `${name}.pem`,
        );
      };
      await writeFile(join(folder, "openssl.cnf"), CONFIGURATION);
      await writeFile(join(folder, "serial"), "01\n");
      await writeFile(join(folder, "data"), BYTES);
      await certify("root", "root", "ca");
      await certify("between", "root", "ca");
      await certify("signer", "between", "stamps");
      await openssl("ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query.tsq");
      await openssl(
        "ts",
        "-reply",
        "-config",
        "openssl.cnf",
        "-section",
        "authority",
        "-queryfile",
        "query.tsq",
        "-out",
        "reply.tsr",
      );
      made["response"] = await readFile(join(folder, "reply.tsr"));
      for (const name of ["root", "between", "signer"])
        made[name] = await readFile(join(folder, `${name}.pem`), "utf8");
    }),
  );

  test("is good, and its chain leads over the certificate between to the root", async () => {
    const { root = "", between = "", signer = "" } = made;
    const stamp = await verifyTimeStamp(Buffer.from(made["response"] ?? ""), BYTES, [String(root)]);
    expect(stamp).toEqual(expect.objectContaining({ policy: "1.2.3.4", serialNumber: "02", authority: "CN=signer" }));
    expect(stamp).toHaveProperty("chain", `${String(signer)}${String(between)}${String(root)}`);
  });

  test("is of no other bytes, and of no other authority", async () => {
    const response = Buffer.from(made["response"] ?? "");
    const other = await verifyTimeStamp(response, Buffer.from("else"), [String(made["root"])]);
    expect(other).toEqual({ problem: "it is the time stamp of something else" });
    await using elsewhere = await startTimeStampAuthority();
    const untrusted = await verifyTimeStamp(response, BYTES, [elsewhere.certificate]);
    expect(untrusted).toEqual({ problem: expect.stringContaining("certificate") });
    const endless = await verifyTimeStamp(response, BYTES, [String(made["between"])]);
    expect(endless).toEqual({ problem: expect.stringContaining("chain has no end") });
  });
});

describe.runIf(hasOpenssl)("an answer of the testbed's authority", () => {
  let authority: TimeStampAuthority;
  beforeAll(async () => {
    authority = await startTimeStampAuthority();
  });
  afterAll(() => authority[Symbol.asyncDispose]());

  async function problemOf(behaviour: TimeStampBehaviour): Promise<unknown> {
    await authority.behave(behaviour);
    return withTemporaryFolder(async (folder) => {
      await writeFile(join(folder, "data"), BYTES);
      const query = ["ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query.tsq"];
      await promisify(execFile)("openssl", query, { cwd: folder });
      const response = await fetch(authority.url, {
        method: "POST",
        headers: { "content-type": "application/timestamp-query" },
        body: await readFile(join(folder, "query.tsq")),
      });
      const stamp = await verifyTimeStamp(Buffer.from(await response.arrayBuffer()), BYTES, [authority.certificate]);
      return "problem" in stamp ? stamp.problem : undefined;
    });
  }

  test("that is as it should be has no problem", async () => {
    expect(await problemOf("ok")).toBeUndefined();
  });

  test.each([
    ["garbage", "no answer of a time-stamp authority"],
    ["rejection", "the hash algorithm is not one of ours"],
    ["wrong-imprint", "the time stamp of something else"],
    ["expired-certificate", "not yet valid or expired"],
    ["other-purpose", "not for time stamps"],
    ["other-authority", "certificate"],
    ["no-certificate", "certificate"],
    ["spoiled-signature", "its signature is not of what it says"],
  ] as const)("by %s: %s", async (behaviour, problem) => {
    expect(await problemOf(behaviour)).toContain(problem);
  });
});
