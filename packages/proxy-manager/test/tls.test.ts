import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createProxyManager } from "@bentham/proxy-manager";
import { describe, expect, test, vi } from "vitest";
import { resolvingTo } from "./resolving-to.ts";
import { createSelfSigned } from "./self-signed.ts";
import { withFetch } from "./with-fetch.ts";

const authority = createSelfSigned("authority");
const stranger = createSelfSigned("stranger");

/** An https server on 127.0.0.1 that would rather speak HTTP/2, and answers with the version it was asked in. */
async function serveTls(): Promise<{ port: number } & AsyncDisposable> {
  const server = createSecureServer({ ...authority, allowHTTP1: true }, (request, response) => {
    response.end(request.httpVersion);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the server has no port");
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

/** Asks such a server under the name `host`, which resolves to its address. */
async function askOver(authorities: readonly string[], host = "127.0.0.1"): Promise<string> {
  await using server = await serveTls();
  return await withFetch({ allowPrivate: true, authorities, lookup: resolvingTo("127.0.0.1") }, async (fetch) => {
    const response = await fetch(`https://${host}:${server.port}/`);
    return response.text();
  });
}

describe("a server whose authority the operator trusts", () => {
  test.each(["127.0.0.1", "localhost"])("is asked at %s, in HTTP/1.1", async (host) => {
    expect(await askOver([stranger.cert, authority.cert], host)).toBe("1.1");
  });

  test("is asked when its authority is one of several in a file", async () => {
    expect(await askOver([`${stranger.cert}\n${authority.cert}`])).toBe("1.1");
  });
});

test("a server that Node trusts is asked, whomever else the operator trusts", async () => {
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, authority.cert]);
  try {
    expect(await askOver([stranger.cert])).toBe("1.1");
  } finally {
    setDefaultCACertificates(before);
  }
});

describe("a server that nobody vouches for is not asked", () => {
  test.each([
    ["without authorities", []],
    ["with the authority of another", [stranger.cert]],
  ])("%s", async (_, authorities) => {
    await expect(askOver(authorities)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/) },
    });
  });

  test("even when the environment says that anything goes", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    await expect(askOver([])).rejects.toMatchObject({ cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" } });
  });

  test("under a name that its certificate does not hold", async () => {
    await expect(askOver([authority.cert], "other.example")).rejects.toMatchObject({
      cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    });
  });
});

describe("an authority that is none is refused at once", () => {
  test.each(["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])(
    "%j",
    (authorityText) => {
      expect(() => createProxyManager({ authorities: [authority.cert, authorityText] })).toThrow(
        expect.objectContaining({ code: "CONFIG_INVALID" }),
      );
    },
  );
});
