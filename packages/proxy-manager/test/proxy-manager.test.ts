import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { createProxyManager } from "@bentham/proxy-manager";
import { describe, expect, test } from "vitest";
import { directJob } from "./direct-job.ts";
import { type LoopbackServer, serve } from "./loopback-server.ts";
import { withFetch } from "./with-fetch.ts";

const allowed = { allowPrivate: true };

/** Answers with what it was asked: method, headers and body. */
function echo(): Promise<LoopbackServer> {
  return serve(async (request, response) => {
    const body = (await buffer(request)).toString("latin1");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
  });
}

describe("the way out for what is no job's", () => {
  test("sends a file as it is read, with its length", async () => {
    await using server = await echo();
    await using manager = createProxyManager(allowed);
    const answer = await manager.direct(server.url, { method: "PUT", body: await openAsBlob(import.meta.filename) });
    const text = await readFile(import.meta.filename, "latin1");
    expect(await answer.json()).toMatchObject({
      method: "PUT",
      headers: { "content-length": String(text.length) },
      body: text,
    });
  });

  test("is guarded as a lease's, and closed with the manager", async () => {
    await using server = await echo();
    const manager = createProxyManager();
    await expect(manager.direct(server.url)).rejects.toMatchObject({ cause: { code: "ADDRESS_REFUSED" } });
    await manager[Symbol.asyncDispose]();
    await expect(manager.direct(server.url)).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(server.requests).toEqual([]);
  });
});

describe("a lease of the location direct", () => {
  test("is named after it, has no secret, and can be given back twice", async () => {
    await using manager = createProxyManager();
    const lease = await manager.acquire({ job: directJob });
    expect(lease.id).toBe("direct");
    expect(lease.secrets ?? []).toEqual([]);
    await Promise.all([lease.release(), lease.release()]);
  });

  test("shares its connections with the next one", async () => {
    await using server = await serve((_, response) => response.end("hello"));
    await using manager = createProxyManager(allowed);
    for (let turn = 0; turn < 10; turn++) {
      await using lease = await manager.acquire({ job: directJob });
      await (await lease.fetch?.(server.url))?.text();
    }
    expect(server.requests).toHaveLength(10);
    expect(server.connections).toBeLessThan(10);
  });

  test("is not given to a job that has been stopped", async () => {
    await using manager = createProxyManager();
    const reason = new Error("stopped");
    await expect(manager.acquire({ job: directJob, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test("a location that needs a proxy is unknown, and never served directly", async () => {
  await using manager = createProxyManager();
  const acquiring = manager.acquire({ job: { ...directJob, locationId: "us-nyc" } });
  await expect(acquiring).rejects.toMatchObject({ code: "LOCATION_UNKNOWN" });
});

describe("its fetch", () => {
  test("follows no redirect, whatever it is told", async () => {
    await using target = await serve((_, response) => response.end("reached"));
    await using server = await serve((_, response) => response.writeHead(307, { location: target.url }).end());
    const status = await withFetch(allowed, async (fetch) => (await fetch(server.url, { redirect: "follow" })).status);
    expect(status).toBe(307);
    expect(target.requests).toEqual([]);
  });

  test("sends method, headers and text as they are", async () => {
    await using server = await echo();
    const headers = { authorization: "Bearer é", "content-type": "application/json" };
    const seen = await withFetch(allowed, async (fetch) =>
      (await fetch(new URL(server.url), { method: "POST", headers, body: '{"a":"ä"}' })).json(),
    );
    expect(seen).toMatchObject({
      method: "POST",
      headers: { ...headers, "content-length": "10" },
      body: Buffer.from('{"a":"ä"}').toString("latin1"),
    });
  });

  test.each([
    ["bytes", new Uint8Array([0, 255]), undefined, "\u0000ÿ"],
    ["form fields", new URLSearchParams({ a: "1" }), "application/x-www-form-urlencoded;charset=UTF-8", "a=1"],
    ["a blob", new Blob(["hello"], { type: "text/x-own" }), "text/x-own", "hello"],
    ["a stream", new Blob(["hello"]).stream(), undefined, "hello"],
  ])("sends %s", async (_, body, type, sent) => {
    await using server = await echo();
    const seen: { headers: Record<string, string>; body: string } = await withFetch(allowed, async (fetch) =>
      JSON.parse(await (await fetch(server.url, { method: "POST", body })).text()),
    );
    expect(seen.body).toBe(sent);
    expect(seen.headers["content-type"]).toBe(type);
  });

  test("takes a Request, and lets its second argument win", async () => {
    await using server = await echo();
    const request = new Request(server.url, { method: "PUT", headers: { "x-one": "1" }, body: "hello" });
    const seen = await withFetch(allowed, async (fetch) =>
      (await fetch(request, { headers: { "x-two": "2" } })).json(),
    );
    expect(seen).toMatchObject({ method: "PUT", headers: { "x-two": "2" }, body: "hello" });
    expect(seen).not.toHaveProperty(["headers", "x-one"]);
  });

  test("gives an answer that Node's own classes understand", async () => {
    await using server = await serve((_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.setHeader("set-cookie", ["a=1", "b=2"]);
      response.end(gzipSync("hello"));
    });
    const seen = await withFetch(allowed, async (fetch) => {
      const response = await fetch(server.url);
      const copy = new Response(response.body, { status: response.status, headers: response.headers });
      return { text: await copy.text(), cookies: copy.headers.getSetCookie() };
    });
    expect(seen).toEqual({ text: "hello", cookies: ["a=1", "b=2"] });
  });

  test.each(["before", "in the middle of"])("ends with the signal's reason %s the answer", async (when) => {
    const controller = new AbortController();
    const reason = new Error("time is up");
    await using server = await serve((_, response) => {
      if (when !== "before") response.write("hel");
      else controller.abort(reason);
    });
    const reading = withFetch(allowed, async (fetch) => {
      const response = await fetch(server.url, { signal: controller.signal });
      controller.abort(reason);
      await response.text();
    });
    await expect(reading).rejects.toBe(reason);
  });
});

describe("disposing", () => {
  test("closes idle connections and ends running requests, and may be done twice", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/idle") response.end("hello");
      else response.write("hel");
    });
    const manager = createProxyManager(allowed);
    const { fetch } = await manager.acquire({ job: directJob });
    await (await fetch?.(`${server.url}/idle`))?.text();
    const running = await fetch?.(`${server.url}/stall`);
    await Promise.all([
      expect(running?.text()).rejects.toThrow(TypeError),
      manager[Symbol.asyncDispose](),
      manager[Symbol.asyncDispose](),
    ]);
    await manager[Symbol.asyncDispose]();
    await server.drained();
    await expect(fetch?.(server.url)).rejects.toThrow(TypeError);
    await expect(manager.acquire({ job: directJob })).rejects.toMatchObject({ code: "INTERRUPTED" });
  });

  test("does nothing when nothing was leased", async () => {
    await expect(createProxyManager()[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});
