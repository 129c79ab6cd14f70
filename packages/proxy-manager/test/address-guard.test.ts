import type { LookupFunction } from "node:net";
import { isBenthamError } from "@bentham/core";
import { describe, expect, test } from "vitest";
import { serve } from "./loopback-server.ts";
import { resolvingTo } from "./resolving-to.ts";
import { withFetch } from "./with-fetch.ts";

const resolvingNothing: LookupFunction = (hostname, _options, callback) => {
  callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" }), "");
};

async function codeOf(asking: Promise<unknown>): Promise<string | undefined> {
  try {
    await asking;
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (isBenthamError(cause)) return cause.code;
    }
    throw error;
  }
  return undefined;
}

describe("an address that is not public is refused", () => {
  test.each([
    "http://127.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://0:PORT/",
    "http://0.0.0.0:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f.0.0.1:PORT/",
    "http://017700000001:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::1]:PORT/",
    "http://[::]:PORT/",
    "http://localhost:PORT/",
    "http://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://[64:ff9b::7f00:1]/",
  ])("%s", async (url) => {
    await using server = await serve((_, response) => response.end("secret"));
    const target = url.replace("PORT", String(server.port));
    expect(await codeOf(withFetch({}, (fetch) => fetch(target)))).toBe("ADDRESS_REFUSED");
    expect(server.connections).toBe(0);
  });

  test.each([
    ["a private address", ["10.0.0.1"]],
    ["a public and a private one", ["8.8.8.8", "127.0.0.1"]],
    ["a private one of IPv6", ["fd00::1"]],
    ["a loopback address, wrapped", ["::ffff:127.0.0.1"]],
  ])("after DNS, when a name resolves to %s", async (_, addresses) => {
    const asking = withFetch({ lookup: resolvingTo(...addresses) }, (fetch) => fetch("http://study.example/"));
    expect(await codeOf(asking)).toBe("ADDRESS_REFUSED");
  });
});

test("the operator may allow private addresses", async () => {
  await using server = await serve((_, response) => response.end("hello"));
  const texts = await withFetch({ allowPrivate: true, lookup: resolvingTo("127.0.0.1") }, async (fetch) => [
    await (await fetch(server.url)).text(),
    await (await fetch(`http://study.example:${server.port}/`)).text(),
  ]);
  expect(texts).toEqual(["hello", "hello"]);
});

test("a name that cannot be resolved is no refusal", async () => {
  await expect(
    withFetch({ lookup: resolvingNothing }, (fetch) => fetch("http://study.example/")),
  ).rejects.toMatchObject({
    cause: { code: "ENOTFOUND" },
  });
});

describe("an address that nobody should ask is refused", () => {
  test.each([
    "file:///etc/passwd",
    "data:text/plain,hello",
    "gopher://127.0.0.1/",
    "ftp://127.0.0.1/",
    "blob:nodedata:1",
    "javascript:1",
    "http://user:CANARY@example.com/",
    "//example.com",
    "",
  ])("%s", async (url) => {
    const error: unknown = await withFetch({ allowPrivate: true }, (fetch) => fetch(url)).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: "INVALID_URL" });
    expect(String(error)).not.toContain("CANARY");
  });
});
