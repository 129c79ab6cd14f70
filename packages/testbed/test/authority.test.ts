import { X509Certificate } from "node:crypto";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { get } from "node:https";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import {
  type Authority,
  createAuthority,
  type ServerCertificate,
  startLlmServer,
  withTemporaryFolder,
} from "@bentham/testbed";
import { beforeAll, expect, test } from "vitest";

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

/** What becomes of a request to a server with that certificate, from a client that trusts the authority. */
async function outcomeOf(tls: ServerCertificate): Promise<unknown> {
  await using server = await startLlmServer({ tls });
  const request = get(`${server.url}/v1/models`, { ca: authority.certificate, agent: false });
  const [outcome] = await Promise.race([once(request, "response"), once(request, "never")]).catch((error: unknown) => [
    error,
  ]);
  outcome.resume?.();
  return outcome.statusCode ?? outcome.code;
}

test.each([
  ["valid", 200],
  ["expired", "CERT_HAS_EXPIRED"],
  ["not-yet-valid", "CERT_NOT_YET_VALID"],
  ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
] as const)("a certificate that is %s: %s", async (state, outcome) => {
  expect(await outcomeOf(await authority.issue(undefined, state))).toBe(outcome);
});

test("a certificate for another host, and one of another authority", async () => {
  expect(await outcomeOf(await authority.issue(["elsewhere.example"]))).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  const other = await createAuthority();
  expect(await outcomeOf(await other.issue())).toBe("SELF_SIGNED_CERT_IN_CHAIN");
});

test("a certificate is for all the names and addresses that are given, and signed by the authority", async () => {
  const { cert, key } = await authority.issue(["one.example", "127.0.0.1", "::1"]);
  const certificate = new X509Certificate(cert);
  const root = new X509Certificate(authority.certificate);
  expect(certificate.checkHost("one.example")).toBe("one.example");
  expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(certificate.checkIP("::1")).toBe("::1");
  expect(certificate.checkHost("two.example")).toBeUndefined();
  expect(certificate.verify(root.publicKey)).toBe(true);
  expect([root.ca, certificate.ca]).toEqual([true, false]);
  expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
});

test("another process trusts the authority by a file", async () => {
  await withTemporaryFolder(async (folder) => {
    const file = join(folder, "authority.pem");
    await writeFile(file, authority.certificate);
    await using server = await startLlmServer({ tls: await authority.issue() });
    const script = `fetch("${server.url}/v1/models").then(({ status }) => console.log(status))`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
    expect((await promisify(execFile)(process.execPath, ["--eval", script], { env })).stdout).toBe("200\n");
  });
});
