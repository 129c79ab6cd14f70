import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { createMemoryState, type Job, type ProxyLease } from "@bentham/core";
import { createProxyManager, type Location, type ProxyManagerOptions } from "@bentham/proxy-manager";
import { SimulatedClock, startLlmServer, startProxy } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { directJob } from "./direct-job.ts";
import { serve } from "./loopback-server.ts";

type Manager = ReturnType<typeof createProxyManager>;

/** Where nothing listens, on a port that browsers and fetch may ask. */
const DEAD_SITE = await freeAddress();

const farJob: Job = { ...directJob, locationId: "far" };
const deadJob: Job = { ...farJob, surfaceId: "dead" };

function manager(location: Location, options: ProxyManagerOptions = {}): Manager {
  return createProxyManager({ allowPrivate: true, locations: { far: location }, ...options });
}

function through(...proxies: readonly { readonly url: string }[]): Location {
  return { proxies: proxies.map(({ url }) => ({ server: url })) };
}

/** Asks a site through whatever proxy is next; gives that, and what is found to be wrong. */
async function ask(proxies: Manager, url: string, job: Job = farJob): Promise<readonly [string, string | undefined]> {
  const lease = await proxies.acquire({ job });
  const [asked] = await Promise.allSettled([lease.fetch?.(`${url}/v1/models`)]);
  if (asked?.status === "fulfilled") {
    await lease.release({ outcome: "answered" });
    return [lease.id, undefined];
  }
  return [lease.id, await endBadly(lease)];
}

async function endBadly(lease: ProxyLease): Promise<string | undefined> {
  const code = (await lease.diagnose?.())?.code;
  await lease.release({ outcome: "failed", code: code ?? "NETWORK_DOWN" });
  return code;
}

/** A proxy that does this with every connection. */
async function oddProxy(deed: (socket: Socket) => void): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", () => deed(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

describe("a site that is down behind a proxy", () => {
  test("is no fault of the proxy's, which goes on to serve others", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy();
    await using proxies = manager(through(proxy));
    for (let turn = 0; turn < 4; turn++) {
      expect(await ask(proxies, DEAD_SITE, deadJob)).toEqual(["far/1", "NETWORK_DOWN"]);
      expect(await ask(proxies, server.url)).toEqual(["far/1", undefined]);
    }
  });

  test("is its proxy's fault where it answered by another one", async () => {
    await using server = await startLlmServer();
    await using bad = await startProxy();
    await using good = await startProxy();
    await bad.behave("502-connect");
    await using proxies = manager(through(bad, good));
    expect(await ask(proxies, server.url)).toEqual(["far/1", "NETWORK_DOWN"]);
    expect(await ask(proxies, server.url)).toEqual(["far/2", undefined]);
    // Suspect after the first failure that is its own, it is still used where it stands alone; after the second it rests.
    expect(await ask(proxies, server.url)).toEqual(["far/1", "PROXY_FAILED"]);
    for (let turn = 0; turn < 3; turn++) expect(await ask(proxies, server.url)).toEqual(["far/2", undefined]);
  });

  test("is its proxy's fault where that leads to other sites no more either", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy();
    await proxy.behave("502-connect");
    await using proxies = manager(through(proxy), { lookup: (_, __, done) => done(null, "127.0.0.1", 4) });
    expect(await ask(proxies, server.url)).toEqual(["far/1", "NETWORK_DOWN"]);
    expect(await ask(proxies, "http://other.example:80", deadJob)).toEqual(["far/1", "PROXY_FAILED"]);
  });

  test("is nothing to a page that has asked for it beside its own", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy();
    await using proxies = manager(through(proxy));
    const lease = await proxies.acquire({ job: farJob, needs: { session: true } });
    expect(await tunnel(lease, new URL(server.url).host)).toBe(200);
    expect(await tunnel(lease, "tracker.example:443")).toBeGreaterThan(500);
    expect(await lease.diagnose?.()).toBeUndefined();
    await lease.release({ outcome: "failed", code: "SURFACE_CHANGED" });
  });
});

describe("a proxy that takes connections", () => {
  test.each([
    ["and hangs up without a word", (socket: Socket) => void socket.end()],
    ["and answers with what is no HTTP", (socket: Socket) => void socket.end("\u0001\u0002\u0003garbage\r\n\r\n")],
  ])("%s has failed, with a tunnel and without", async (_, deed) => {
    await using proxy = await oddProxy(deed);
    await using proxies = manager(through(proxy));
    expect(await ask(proxies, DEAD_SITE)).toEqual(["far/1", "PROXY_FAILED"]);
    const lease = await proxies.acquire({ job: farJob, needs: { session: true } });
    expect(await tunnel(lease, new URL(DEAD_SITE).host)).toBeGreaterThan(500);
    expect(await endBadly(lease)).toBe("PROXY_FAILED");
  });

  test("and then says nothing for long has failed where its site answers by another one", async () => {
    const clock = new SimulatedClock();
    await using server = await startLlmServer();
    await using silent = await startProxy();
    await using good = await startProxy();
    await silent.behave("hang-connect");
    await using proxies = manager(through(silent, good), { clock });
    const wait = async (): Promise<string | undefined> => {
      const lease = await proxies.acquire({ job: farJob });
      expect(lease.id).toBe("far/1");
      const before = silent.connections().length;
      const giveUp = new AbortController();
      const asked = lease.fetch?.(`${server.url}/v1/models`, { signal: giveUp.signal }).catch(() => undefined);
      await expect.poll(() => silent.connections().length).toBeGreaterThan(before);
      await clock.advance(5_000);
      giveUp.abort();
      await asked;
      return endBadly(lease);
    };
    expect(await wait()).toBeUndefined();
    expect(await ask(proxies, server.url)).toEqual(["far/2", undefined]);
    expect(await wait()).toBe("PROXY_FAILED");
    for (let turn = 0; turn < 3; turn++) expect((await ask(proxies, server.url))[0]).toBe("far/2");
  });
});

test("a tunnel that a proxy leaves unanswered is told to the jobs that come to wait for it later, too", async () => {
  const clock = new SimulatedClock();
  await using server = await startLlmServer();
  await using silent = await startProxy();
  await using good = await startProxy();
  await silent.behave("hang-connect");
  await using proxies = manager(through(silent, good), { clock });
  const first = await proxies.acquire({ job: farJob });
  const giveUp = new AbortController();
  const asked = first.fetch?.(`${server.url}/v1/models`, { signal: giveUp.signal }).catch(() => undefined);
  await expect.poll(() => silent.connections().length).toBe(1);
  await clock.advance(5_000);
  expect(await ask(proxies, server.url)).toEqual(["far/2", undefined]);
  await clock.advance(1);
  const later = await proxies.acquire({ job: farJob });
  expect(later.id).toBe("far/1");
  await clock.advance(5_000);
  expect(await endBadly(later)).toBe("PROXY_FAILED");
  giveUp.abort();
  await asked;
  await first.release();
});

describe("what is known of a proxy", () => {
  test("is of that proxy, wherever it stands in the list", async () => {
    const state = createMemoryState();
    await using server = await startLlmServer();
    await using one = await startProxy();
    await using other = await startProxy();
    await one.behave("refuse");
    await using before = manager(through(one, other), { state });
    expect(await ask(before, server.url)).toEqual(["far/1", "PROXY_FAILED"]);
    await using after = manager(through(other, one), { state });
    for (let turn = 0; turn < 3; turn++) expect(await ask(after, server.url)).toEqual(["far/1", undefined]);
  });

  test("is not forgotten because of what was under way when it was refused, or began to rest", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy({ username: "user", password: "right" });
    await using proxies = manager(through(proxy));
    const straggler = await proxies.acquire({ job: { ...farJob, surfaceId: "other" } });
    expect(await ask(proxies, server.url)).toEqual(["far/1", "PROXY_AUTH_FAILED"]);
    await straggler.release({ outcome: "answered" });
    await expect(proxies.acquire({ job: farJob })).rejects.toMatchObject({
      code: "LOCATION_UNAVAILABLE",
      retryAfterMs: Infinity,
    });
  });

  test("counts a failure once, however many jobs shared the way", async () => {
    await using server = await startLlmServer();
    await using proxy = await startProxy();
    await using proxies = manager(through(proxy));
    await proxy.behave("403-connect");
    const leases = [await proxies.acquire({ job: farJob }), await proxies.acquire({ job: farJob })];
    await Promise.allSettled([leases[0]?.fetch?.(`${server.url}/v1/models`)]);
    for (const lease of leases) expect(await endBadly(lease)).toBe("PROXY_FAILED");
    await proxy.behave("ok");
    expect(await ask(proxies, server.url)).toEqual(["far/1", undefined]);
  });
});

describe("an echo", () => {
  test("that sees a proxy in another country than before keeps it from being used for good", async () => {
    const clock = new SimulatedClock();
    let country = "DE";
    await using echo = await serve((_, response) => response.end(`ip=203.0.113.7\nloc=${country}\n`));
    await using proxy = await startProxy();
    await using proxies = manager({ ...through(proxy), place: { country: "DE" } }, { clock, echo: { url: echo.url } });
    const inHand = await proxies.acquire({ job: farJob });
    country = "FR";
    await clock.advance(600_000);
    await expect(proxies.acquire({ job: farJob })).rejects.toThrow(/in FR, not in DE/);
    await inHand.release({ outcome: "answered" });
    await expect(proxies.acquire({ job: farJob })).rejects.toThrow(/in FR, not in DE/);
  });

  test("that hangs holds up one job for ten seconds, and none for longer than it wants to wait", async () => {
    const clock = new SimulatedClock();
    await using echo = await serve(() => undefined);
    await using proxy = await startProxy();
    await using proxies = manager(through(proxy), { clock, echo: { url: echo.url } });
    const giveUp = new AbortController();
    const impatient = proxies.acquire({ job: farJob, signal: giveUp.signal });
    const patient = proxies.acquire({ job: farJob });
    await expect.poll(() => echo.requests.length).toBe(1);
    giveUp.abort(new Error("no time"));
    await expect(impatient).rejects.toThrow("no time");
    await clock.advance(10_000);
    await (await patient).release();
    await (await proxies.acquire({ job: farJob })).release();
    expect(echo.requests).toHaveLength(1);
    await clock.advance(60_000);
    const later = proxies.acquire({ job: farJob });
    await expect.poll(() => echo.requests.length).toBe(2);
    await clock.advance(10_000);
    await (await later).release();
  });
});

/** The status of a tunnel to a host by a lease's way, as browsers ask for one. */
async function tunnel({ browser }: ProxyLease, host: string): Promise<number> {
  const { request } = await import("node:http");
  const { hostname, port } = new URL(browser?.server ?? "");
  const entrance = Buffer.from(`${browser?.username}:${browser?.password.reveal()}`).toString("base64");
  const headers = { "proxy-authorization": `Basic ${entrance}` };
  const sent = request({ hostname, port, method: "CONNECT", path: host, headers, agent: false });
  sent.end();
  const [response, socket] = await once(sent, "connect");
  socket.destroy();
  return response.statusCode;
}

async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}
