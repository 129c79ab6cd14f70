import type { LookupFunction } from "node:net";
import { createMemoryState, type CredentialLease, type Job, leaseOf, type ProxyRequest, Secret } from "@bentham/core";
import { createProxyManager, type Location, type ProxyManagerOptions } from "@bentham/proxy-manager";
import {
  createAuthority,
  SimulatedClock,
  startLlmServer,
  startProxy,
  startSocksProxy,
  type SocksBehaviour,
} from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { directJob } from "./direct-job.ts";
import { serve } from "./loopback-server.ts";

const farJob: Job = { ...directJob, locationId: "far" };
const login = { username: "user", password: new Secret("p@ss:wörd") };
const given = { username: "user", password: "p@ss:wörd" };

function manager(location: Location, options: ProxyManagerOptions = {}): ReturnType<typeof createProxyManager> {
  return createProxyManager({ allowPrivate: true, locations: { far: location }, ...options });
}

/** An account, and what was saved of it. */
function account(id: string, savedState?: string): CredentialLease {
  const saved = savedState === undefined ? {} : { savedState: new Secret(savedState) };
  return leaseOf(id, { pool: "team", secrets: [], valueFor: () => new Secret(""), ...saved }, () => {});
}

/** What a way is asked for with, for a browser of an account. */
function way(credential: CredentialLease, more: Partial<ProxyRequest> = {}): ProxyRequest {
  return { job: farJob, needs: { session: true }, credential, ...more };
}

/** Resolves nothing, and counts what it was asked. */
function noLookup(): { readonly lookup: LookupFunction; readonly asked: string[] } {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, _options, callback) => {
    asked.push(hostname);
    callback(Object.assign(new Error("nobody is to ask"), { code: "ENOTFOUND" }), "", 4);
  };
  return { lookup, asked };
}

describe("names are resolved at the proxy", () => {
  test("behind HTTP and SOCKS5 proxies with name and password, over http and https", async () => {
    const authority = await createAuthority();
    await using plain = await startLlmServer();
    await using secure = await startLlmServer({ tls: await authority.issue(["models.example"]) });
    const hosts = { "models.example": "127.0.0.1" };
    await using http = await startProxy({ ...given, hosts });
    await using socks = await startSocksProxy({ ...given, hosts });
    for (const proxy of [http, socks]) {
      const { lookup, asked } = noLookup();
      await using proxies = manager(
        { proxies: [{ server: proxy.url, ...login }] },
        { lookup, authorities: [authority.certificate] },
      );
      await using lease = await proxies.acquire({ job: farJob });
      for (const url of [plain.url, secure.url]) {
        const named = url.replace("127.0.0.1", "models.example");
        expect((await lease.fetch?.(`${named}/v1/models`))?.status).toBe(200);
      }
      expect(asked).toEqual([]);
      expect(proxy.connections().map(({ target }) => target.split(":")[0])).toEqual([
        "models.example",
        "models.example",
      ]);
    }
  });
});

test("goes through a proxy that is entered over TLS, and refuses one that nobody vouches for", async () => {
  const authority = await createAuthority();
  await using server = await startLlmServer();
  await using proxy = await startProxy({ ...given, tls: await authority.issue() });
  const location = { proxies: [{ server: proxy.url, ...login }] };
  await using trusting = manager(location, { authorities: [authority.certificate] });
  await using lease = await trusting.acquire({ job: farJob });
  expect((await lease.fetch?.(`${server.url}/v1/models`))?.status).toBe(200);

  await using wary = manager(location);
  await using other = await wary.acquire({ job: farJob });
  await expect(other.fetch?.(`${server.url}/v1/models`)).rejects.toThrow(/fetch failed/);
  expect(await other.diagnose?.()).toMatchObject({ code: "PROXY_FAILED" });
});

describe("what went wrong", () => {
  test.each([
    ["refuse", "PROXY_FAILED"],
    ["no-auth", "PROXY_AUTH_FAILED"],
    ["site-refuses", "CONNECTION_REFUSED"],
    ["site-unreachable", "NETWORK_DOWN"],
  ] satisfies [SocksBehaviour, string][])("is told of a SOCKS5 proxy: %s", async (behaviour, code) => {
    await using server = await startLlmServer();
    await using proxy = await startSocksProxy(given);
    await proxy.behave(behaviour);
    await using proxies = manager({ proxies: [{ server: proxy.url, ...login }] });
    await using lease = await proxies.acquire({ job: farJob });
    await expect(lease.fetch?.(`${server.url}/v1/models`)).rejects.toThrow(/fetch failed/);
    const error = await lease.diagnose?.();
    expect(error).toMatchObject({ code });
    expect(error?.message).not.toContain("p@ss");
  });

  test("is told of a proxy that refuses a plain request of a browser", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy(given);
    await proxy.behave("407");
    await using proxies = manager({ proxies: [{ server: proxy.url, ...login }] });
    await using lease = await proxies.acquire({ job: farJob, needs: { session: true } });
    const { server: entrance = "", username = "", password } = lease.browser ?? {};
    const { status } = await plainRequest(`${server.url}/v1/models`, entrance, `${username}:${password?.reveal()}`);
    expect(status).toBeGreaterThanOrEqual(500);
    expect(await lease.diagnose?.()).toMatchObject({ code: "PROXY_AUTH_FAILED" });
  });
});

describe("proxies that are bad", () => {
  test("are passed over for those that are well, and tried by one job when they have cooled down", async () => {
    const clock = new SimulatedClock();
    await using server = await startLlmServer();
    await using good = await startProxy();
    await using bad = await startProxy();
    await bad.behave("refuse");
    await using proxies = manager({ proxies: [{ server: bad.url }, { server: good.url }] }, { clock });
    await useOnce(proxies, server.url, "far/1", "PROXY_FAILED");
    for (let turn = 0; turn < 4; turn++) await useOnce(proxies, server.url, "far/2");
    await good.behave("refuse");
    await useOnce(proxies, server.url, "far/2", "PROXY_FAILED");
    await expect(proxies.acquire({ job: farJob })).rejects.toMatchObject({
      code: "LOCATION_UNAVAILABLE",
      retryAfterMs: 30_000,
    });
    await bad.behave("ok");
    await clock.advance(30_000);
    const trial = await proxies.acquire({ job: farJob });
    const other = await proxies.acquire({ job: farJob });
    expect(new Set([trial.id, other.id])).toEqual(new Set(["far/1", "far/2"]));
    await expect(proxies.acquire({ job: farJob })).rejects.toMatchObject({ retryAfterMs: 5_000 });
    await Promise.all([trial.release({ outcome: "answered" }), other.release()]);
  });

  test("wait for a person when they do not take their password, and nothing goes another way", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy(given);
    await proxy.behave("407");
    await using proxies = manager({ proxies: [{ server: proxy.url, ...login }] });
    await useOnce(proxies, server.url, "far/1", "PROXY_AUTH_FAILED");
    const refused = proxies.acquire({ job: farJob });
    await expect(refused).rejects.toMatchObject({ code: "LOCATION_UNAVAILABLE", retryAfterMs: Infinity });
    await expect(proxies.acquire({ job: farJob })).rejects.not.toThrow(/p@ss/);
    expect(server.asks).toEqual([]);
    expect(proxy.connections()).toHaveLength(1);
  });
});

describe("strategies", () => {
  test("sticky: a pair of surface and credential keeps its proxy until that is bad, and processes agree", async () => {
    const state = createMemoryState();
    await using a = await startProxy();
    await using b = await startProxy();
    const location: Location = { strategy: "sticky", proxies: [{ server: a.url }, { server: b.url }] };
    await using first = manager(location, { state });
    await using second = manager(location, { state });
    const idFor = async (proxies: typeof first, surfaceId: string): Promise<string> => {
      await using lease = await proxies.acquire({ job: { ...farJob, surfaceId } });
      return lease.id;
    };
    expect(await idFor(first, "one")).toBe("far/1");
    expect(await idFor(first, "two")).toBe("far/2");
    for (const proxies of [first, second]) {
      expect([await idFor(proxies, "one"), await idFor(proxies, "two")]).toEqual(["far/1", "far/2"]);
    }
    await a.behave("refuse");
    await useOnce(first, "http://127.0.0.1:1", "far/1", "PROXY_FAILED", { ...farJob, surfaceId: "one" });
    expect([await idFor(second, "one"), await idFor(second, "two")]).toEqual(["far/2", "far/2"]);
  });

  test("whatever the strategy, an account that was seen by one proxy waits for that, or for a person", async () => {
    const clock = new SimulatedClock();
    const state = createMemoryState(clock);
    const servers = ["http://127.0.0.1:1", "http://127.0.0.1:2"].map((server) => ({ server }));
    await using proxies = manager({ strategy: "least-used", proxies: servers }, { clock, state });
    const fails = async (code: string): Promise<void> => {
      const lease = await proxies.acquire(way(account("team/anna")));
      expect([lease.id, (await lease.diagnose?.())?.code]).toEqual(["far/1", "PROXY_FAILED"]);
      await lease.release({ outcome: "failed", code });
    };
    await fails("PROXY_FAILED");

    // Nothing was saved of this one: nobody knows it yet.
    const fresh = await proxies.acquire(way(account("team/bert")));
    expect(fresh.id).toBe("far/2");
    const known = account("team/anna", "{}");
    await expect(proxies.acquire(way(known))).rejects.toMatchObject({ code: "NO_RESOURCE", retryAfterMs: 30_000 });
    await expect(proxies.acquire(way(known, { prefers: "far/2", isPerson: true }))).rejects.toThrow("far/1");
    await clock.advance(30_000);
    const again = await proxies.acquire(way(known, { prefers: "far/2" }));
    expect([again.id, again.movedFrom]).toEqual(["far/1", undefined]);
    await again.release();

    // It is no more in the configuration of the next process, whose names are others.
    await using fewer = createProxyManager({
      allowPrivate: true,
      locations: { far: { proxies: servers.slice(0, 1) } },
      clock,
      state,
    });
    const bert = account("team/bert", "{}");
    await expect(fewer.acquire(way(bert))).rejects.toMatchObject({ code: "LOGIN_REQUIRED", account: "team/bert" });
    const moved = await fewer.acquire(way(bert, { isPerson: true }));
    expect([moved.id, moved.movedFrom]).toEqual(["far/1", expect.any(String)]);
    await moved.release();
    await expect(fewer.acquire(way(bert))).rejects.toMatchObject({ code: "LOGIN_REQUIRED" });
    await moved.settle?.();
    await using settled = await fewer.acquire(way(bert));
    expect([settled.id, settled.movedFrom]).toEqual(["far/1", undefined]);
  });

  test("an account keeps the proxy that an older version had by its number, and what else that knew is dropped", async () => {
    const state = createMemoryState();
    const health = { state: "cooling", failures: 1, coolings: 1, since: state.now(), coolsFor: 30_000, reason: "down" };
    await state.update("proxies/far", () => JSON.stringify([["far/2", health]]));
    await state.update(`proxy-of/${JSON.stringify(["far", farJob.surfaceId, "team/anna"])}`, () => "far/2");
    const servers = ["http://127.0.0.1:1", "http://127.0.0.1:2"].map((server) => ({ server }));
    const anna = account("team/anna", "{}");
    const serverOf = async (list: typeof servers, surfaceId = farJob.surfaceId): Promise<string | undefined> => {
      await using proxies = manager({ proxies: list }, { state });
      await using lease = await proxies.acquire(way(anna, { job: { ...farJob, surfaceId } }));
      return list[Number(lease.id.split("/")[1]) - 1]?.server;
    };
    expect(await serverOf(servers)).toBe("http://127.0.0.1:2");
    expect(await serverOf(servers.toReversed())).toBe("http://127.0.0.1:2");
    expect(await serverOf(servers, "another")).toBe("http://127.0.0.1:2");
  });

  test("least used: a proxy in hand is left to whoever has it", async () => {
    await using proxies = manager({
      strategy: "least-used",
      proxies: [{ server: "http://127.0.0.1:1" }, { server: "http://127.0.0.1:2" }],
    });
    const first = await proxies.acquire({ job: farJob });
    for (let turn = 0; turn < 3; turn++) {
      await using next = await proxies.acquire({ job: farJob });
      expect(next.id).toBe("far/2");
    }
    await first.release();
  });
});

describe("an echo", () => {
  test("tells where a proxy comes out, once for ten minutes; the lease says so", async () => {
    const clock = new SimulatedClock();
    await using echo = await serve((_, response) => response.end(JSON.stringify({ ip: "203.0.113.7", country: "DE" })));
    await using proxy = await startProxy();
    await using proxies = manager(
      { place: { country: "DE" }, proxies: [{ server: proxy.url }] },
      { clock, echo: { url: echo.url } },
    );
    const lookOnce = async (): Promise<void> => {
      await using lease = await proxies.acquire({ job: farJob });
      expect(lease.facts).toMatchObject({ observed: { address: "203.0.113.7", country: "DE" } });
      expect(lease.exit).toBe("far/1@203.0.113.7");
    };
    await Promise.all([lookOnce(), lookOnce()]);
    await lookOnce();
    expect(echo.requests).toHaveLength(1);
    await clock.advance(600_000);
    await lookOnce();
    expect(echo.requests).toHaveLength(2);
  });

  test("keeps a proxy that comes out in another country from being used", async () => {
    await using echo = await serve((_, response) => response.end("ip=203.0.113.7\nloc=FR\n"));
    await using proxy = await startProxy();
    await using proxies = manager(
      { place: { country: "DE" }, proxies: [{ server: proxy.url }] },
      { echo: { url: echo.url } },
    );
    await expect(proxies.acquire({ job: farJob })).rejects.toThrow(/203\.0\.113\.7 is in FR, not in DE/);
  });

  test.each([
    ["that is broken", 500, ""],
    ["that tells nothing", 200, "hello"],
  ])("%s holds up nobody", async (_, status, text) => {
    await using echo = await serve((__, response) => response.writeHead(status).end(text));
    await using proxy = await startProxy();
    await using proxies = manager({ proxies: [{ server: proxy.url }] }, { echo: { url: echo.url } });
    await using lease = await proxies.acquire({ job: farJob });
    expect([lease.exit, lease.facts]).toEqual(["far/1", {}]);
  });
});

test("an IPv6 address is not asked of a SOCKS5 proxy, which is as well as before", async () => {
  await using proxy = await startSocksProxy();
  await using proxies = manager({ proxies: [{ server: proxy.url }] });
  await useOnce(proxies, "http://[::1]:8443", "far/1", "ADDRESS_REFUSED");
  expect(proxy.connections()).toEqual([]);
  await using server = await startLlmServer();
  await useOnce(proxies, server.url, "far/1");
});

test("bytes and what they cost are counted per lease", async () => {
  await using server = await serve((_, response) => response.end("x".repeat(100_000)));
  await using proxy = await startProxy();
  await using proxies = manager({ proxies: [{ server: proxy.url, usdPerGigabyte: 8 }] });
  const ask = async (body: string): Promise<readonly [number, number, number]> => {
    await using lease = await proxies.acquire({ job: farJob });
    await (await lease.fetch?.(server.url, { method: "POST", body }))?.text();
    const { sentBytes = 0, receivedBytes = 0, usd = 0 } = lease.traffic?.() ?? {};
    return [sentBytes, receivedBytes, usd];
  };
  const [first, second] = await Promise.all([ask("a"), ask("b".repeat(50_000))]);
  expect(first[0]).toBeLessThan(1_000);
  expect(second[0]).toBeGreaterThan(50_000);
  for (const [sent, received, usd] of [first, second]) {
    expect(received).toBeGreaterThan(100_000);
    expect(received).toBeLessThan(101_000);
    expect(usd).toBeCloseTo((sent + received) * 8e-9, 12);
  }
});

/** Uses whatever proxy is next, which must be `id`, and fails with `code` where one is given. */
async function useOnce(
  proxies: ReturnType<typeof createProxyManager>,
  url: string,
  id: string,
  code?: string,
  job: Job = farJob,
): Promise<void> {
  const lease = await proxies.acquire({ job });
  expect(lease.id).toBe(id);
  const [asked] = await Promise.allSettled([lease.fetch?.(`${url}/v1/models`)]);
  expect(asked?.status).toBe(code === undefined ? "fulfilled" : "rejected");
  if (code === undefined) return lease.release({ outcome: "answered" });
  expect(await lease.diagnose?.()).toMatchObject({ code });
  await lease.release({ outcome: "failed", code });
}

/** A request without a tunnel, as browsers send it for http. */
async function plainRequest(url: string, proxy: string, entrance: string): Promise<{ readonly status: number }> {
  const { request } = await import("node:http");
  const { hostname, port } = new URL(proxy);
  return new Promise((resolve, reject) => {
    const headers = { "proxy-authorization": `Basic ${Buffer.from(entrance).toString("base64")}` };
    const sent = request({ hostname, port, path: url, headers, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    sent.once("error", reject);
    sent.end();
  });
}
