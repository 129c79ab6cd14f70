import { BenthamError, type CredentialLease } from "@bentham/core";
import { createCredentialVault } from "@bentham/credential-vault";
import { assert, pre, property, webUrl } from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

const hosts = [
  "api.example",
  "gateway.example:8443",
  "127.0.0.1:8080",
  "localhost:8080",
  "localhost",
  "127.0.0.2:80",
  "[::1]:8080",
  "bücher.example",
];
let lease: CredentialLease;

beforeAll(async () => {
  const vault = createCredentialVault({ pools: { team: { variable: "KEY", hosts } }, environment: { KEY: "secret" } });
  lease = await vault.acquire({
    job: {
      jobId: "00000000-0000-5000-8000-000000000000",
      studyId: "study",
      queryId: "q1",
      surfaceId: "s",
      locationId: "direct",
      query: "Which?",
      credentialPool: "team",
    },
  });
});

describe("the credential goes to", () => {
  test.each([
    "https://api.example/v1",
    "https://API.EXAMPLE:443/v1?x=1#y",
    "HTTPS://api.example",
    "https:\\\\api.example\\v1",
    "https://gateway.example:8443/",
    "http://127.0.0.1:8080/v1",
    "http://2130706433:8080/v1",
    "http://localhost:8080/v1",
    "https://localhost:8080/v1",
    "http://[::1]:8080/v1",
    "https://localhost/",
    "http://127.0.0.2/",
    "http://[0:0:0:0:0:0:0:1]:8080/v1",
    "https://b%C3%BCcher.example/",
    "https://xn--bcher-kva.example/",
  ])("%s", (url) => {
    expect(lease.valueFor(url).reveal()).toBe("secret");
    expect(lease.valueFor(new URL(url)).reveal()).toBe("secret");
  });
});

describe("the credential does not go to", () => {
  test.each([
    ["another host", "https://evil.test/v1"],
    ["a host in front of another", "https://api.example@evil.test/v1"],
    ["a host in front of another, escaped", "https://api.example%40evil.test/v1"],
    ["a host in a path", "https://evil.test/api.example"],
    ["a host behind a backslash", "https://evil.test\\@api.example/"],
    ["a subdomain", "https://eu.api.example/"],
    ["a longer name", "https://api.example.evil.test/"],
    ["a name with a dot at its end", "https://api.example./"],
    ["a look-alike", "https://аpi.example/"],
    ["a user on its own host", "https://user:pass@api.example/"],
    ["another port", "https://api.example:8443/"],
    ["the default port where another is named", "https://gateway.example/"],
    ["plain http", "http://api.example/"],
    ["plain http on the port of https", "http://api.example:443/"],
    ["plain http to a private host", "http://gateway.example:8443/"],
    ["loopback on the port of http, where that of https is meant", "http://localhost/"],
    ["loopback on another port", "http://127.0.0.1:8081/"],
    ["another scheme", "ftp://api.example/"],
    ["a WebSocket", "wss://api.example/"],
    ["a file", "file:///etc/passwd"],
    ["data", "data:text/plain,x"],
    ["no URL", "api.example"],
    ["nothing", ""],
  ])("%s: %s", (_, url) => {
    expect(() => lease.valueFor(url)).toThrow(expect.objectContaining({ code: "CREDENTIAL_HOST_MISMATCH" }));
  });

  test("what any URL names beside its hosts", () => {
    const allowed = new Set(hosts.map((host) => new URL(`https://${host}`).host));
    assert(
      property(webUrl({ withQueryParameters: true }), (url) => {
        pre(!allowed.has(new URL(url).host));
        expect(() => lease.valueFor(url)).toThrow(BenthamError);
      }),
    );
  });
});

test("the refusal names pool and host, and no part of the credential or of the URL's own", () => {
  let message = "";
  try {
    lease.valueFor("https://user:CANARY-pass@evil.test/?key=CANARY-query");
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch(/"team".*evil\.test/);
  expect(message).not.toMatch(/secret|CANARY/);
});
