import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { type GuardedServer, startGuardedServer } from "../../src/live-view/guarded-server.ts";

interface Answered {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** A server that says hello, and asks it. */
async function withServer(
  use: (server: GuardedServer, ask: (path: string, options?: AskOptions) => Promise<Answered>) => Promise<void>,
): Promise<void> {
  const served: string[] = [];
  const server = await startGuardedServer((request, response) => {
    served.push(request.url ?? "");
    response.end("hello");
  });
  const { port } = new URL(server.url);
  try {
    await use(server, (path, options = {}) => askAt(Number(port), path, options));
  } finally {
    await server.close();
  }
}

interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function askAt(port: number, path: string, { method = "GET", headers = {} }: AskOptions): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const asking = httpRequest({ host: "127.0.0.1", port, path, method, headers }, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (text: string) => (body += text));
    response.once("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
  });
  asking.once("error", reject).end();
  return promise;
}

/** Comes by the link, and gives the cookie. */
async function enter(server: GuardedServer, ask: (path: string) => Promise<Answered>): Promise<string> {
  const { pathname, search } = new URL(server.url);
  const { status, headers } = await ask(pathname + search);
  expect(status).toBe(200);
  const [cookie = ""] = headers["set-cookie"] ?? [];
  expect(cookie).toMatch(/^bentham-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  return cookie.split(";")[0] ?? "";
}

test("lets in who comes by the link, once, for a cookie, and keeps the link out of every later address", async () => {
  await withServer(async (server, ask) => {
    const cookie = await enter(server, ask);
    const { status, body, headers } = await ask("/", { headers: { cookie } });
    expect([status, body]).toEqual([200, "hello"]);
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    const { pathname, search } = new URL(server.url);
    expect((await ask(pathname + search)).status).toBe(403);
    expect((await ask(pathname + search, { headers: { cookie } })).status).toBe(403);
  });
});

test("refuses a wrong token and a wrong cookie, and the right link is good after that", async () => {
  await withServer(async (server, ask) => {
    for (const token of ["", "x", "A".repeat(43)]) expect((await ask(`/?token=${token}`)).status).toBe(403);
    for (const path of ["/", "/frames", "/view.js"]) expect((await ask(path)).status).toBe(403);
    const { port } = new URL(server.url);
    expect((await ask("/", { headers: { cookie: `bentham-${port}=${"A".repeat(43)}` } })).status).toBe(403);
    await enter(server, ask);
  });
});

test("refuses what another site has sent, whatever it brings", async () => {
  await withServer(async (server, ask) => {
    const cookie = await enter(server, ask);
    const { origin } = new URL(server.url);
    for (const headers of [
      { cookie, origin: "https://evil.example" },
      { cookie, origin: "null" },
      { cookie, origin: origin.replace("127.0.0.1", "localhost") },
      { cookie, origin: "http://127.0.0.1:1" },
      { cookie, "sec-fetch-site": "cross-site" },
      { cookie, "sec-fetch-site": "same-site" },
    ]) {
      for (const method of ["GET", "POST"]) expect((await ask("/input", { method, headers })).status).toBe(403);
    }
    // A change names the site that it is from.
    expect((await ask("/input", { method: "POST", headers: { cookie } })).status).toBe(403);
    expect((await ask("/input", { method: "POST", headers: { cookie, origin } })).status).toBe(200);
    expect((await ask("/", { headers: { cookie, "sec-fetch-site": "none" } })).status).toBe(200);
  });
});

test("refuses a request that names another host, as one does after DNS rebinding", async () => {
  await withServer(async (server, ask) => {
    const { port, search } = new URL(server.url);
    const others = [
      `evil.example:${port}`,
      "evil.example",
      `localhost:${port}`,
      "127.0.0.1",
      `127.0.0.1.evil.example:${port}`,
    ];
    for (const host of others) {
      expect((await ask(`/${search}`, { headers: { host } })).status).toBe(421); // With the right token, too.
    }
    const cookie = await enter(server, ask);
    for (const host of others) expect((await ask("/", { headers: { cookie, host } })).status).toBe(421);
  });
});

test("uses its link up for no picture or frame that another site loads it in", async () => {
  await withServer(async (server, ask) => {
    const { search } = new URL(server.url);
    for (const destination of ["image", "iframe", "script", "empty"]) {
      expect((await ask(`/${search}`, { headers: { "sec-fetch-dest": destination } })).status).toBe(403);
    }
    await enter(server, ask);
  });
});

test("is to be reached on loopback alone", async () => {
  await withServer(async (server) => {
    const { hostname, port } = new URL(server.url);
    expect(hostname).toBe("127.0.0.1");
    const others = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ family, internal }) => family === "IPv4" && !internal),
    );
    for (const { address } of others) await expect(reach(address, Number(port))).rejects.toThrow(/ECONNREFUSED/);
  });
});

function reach(host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host, port });
  socket.once("connect", () => {
    socket.destroy();
    resolve();
  });
  socket.once("error", reject);
  return promise;
}
