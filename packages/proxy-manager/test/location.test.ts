import { Secret } from "@bentham/core";
import { describe, expect, test } from "vitest";
import { type Location, upstreamsOf } from "../src/location.ts";

const upstreams = (location: Partial<Location>): ReturnType<typeof upstreamsOf> =>
  upstreamsOf("us-nyc", { proxies: [], ...location });

describe("a vendor's gateway", () => {
  test("is as many proxies as it has sessions, each named the same from start to start", () => {
    const proxies = [
      {
        server: "http://gate.example:7777",
        username: "customer-me-cc-{country}-city-{city}-sessid-{session}",
        sessions: 3,
      },
    ];
    const location = { place: { country: "US" }, city: "new_york", proxies };
    const names = upstreams(location).map(({ username }) => username);
    expect(names).toEqual(upstreams(location).map(({ username }) => username));
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^customer-me-cc-us-city-new_york-sessid-[0-9a-f]{8}$/);
    expect(upstreams(location).map(({ id }) => id)).toEqual(["us-nyc/1", "us-nyc/2", "us-nyc/3"]);
  });

  test("is as many proxies as it has ports", () => {
    const found = upstreams({ proxies: [{ server: "socks5://us.example:{port}", ports: [10_000, 10_002] }] });
    expect(found.map(({ port }) => port)).toEqual([10_000, 10_001, 10_002]);
    expect(found[0]?.url).toBe("socks5h://us.example:10000");
  });

  test.each([
    [
      "sessions without a place for them",
      { server: "http://a.example:1", username: "me", sessions: 2 },
      /no \{session\}/,
    ],
    ["ports without a place for them", { server: "http://a.example:1", ports: [1, 2] as const }, /\{port\}/],
    ["ports the wrong way round", { server: "http://a.example:{port}", ports: [9, 2] as const }, /first one first/],
    [
      "a country that the location has not",
      { server: "http://a.example:1", username: "cc-{country}" },
      /location's country/,
    ],
    ["a word that is not known", { server: "http://a.example:1", username: "{user}" }, /unknown \{user\}/],
    ["a word of every object", { server: "http://a.example:1", username: "{constructor}" }, /unknown \{constructor\}/],
    ["too many sessions", { server: "http://a.example:1", username: "{session}", sessions: 1001 }, /1 to 1000/],
    ["another protocol", { server: "ftp://a.example:1" }, /socks5:\/\//],
    ["a path", { server: "http://a.example:1/x" }, /http:\/\/host:port/],
    ["a colon in a name", { server: "http://a.example:1", username: "a:b" }, /colon/],
    ["a name that is too long for SOCKS", { server: "socks5://a.example:1", username: "a".repeat(256) }, /255/],
  ])("is refused with %s", (_, proxy, message) => {
    expect(() => upstreams({ proxies: [proxy] })).toThrow(message);
  });
});

test("keeps names and passwords whatever is in them", () => {
  const [proxy] = upstreams({
    proxies: [{ server: "https://a.example", username: "ü@x", password: new Secret("p:/ä") }],
  });
  const url = new URL(proxy?.url ?? "");
  expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual(["ü@x", "p:/ä"]);
  expect(proxy?.port).toBe(443);
});
