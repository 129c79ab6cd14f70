import type { Socket } from "node:net";
import { createAuthority, type ProxyBehaviour, SimulatedClock, startLlmServer, startProxy } from "@bentham/testbed";
import { expect, test } from "vitest";
import { until } from "../support/asking.ts";
import { connectThrough, getSecurelyThrough, getThrough } from "../support/through-proxy.ts";

test("carries plain requests and tunnels, and tells what went through", async () => {
  const authority = await createAuthority();
  await using plain = await startLlmServer();
  await using secure = await startLlmServer({ tls: await authority.issue() });
  await using proxy = await startProxy();
  const through = { proxy: proxy.url, ca: authority.certificate };
  expect(await getThrough(`${plain.url}/v1/models?x=1`, through)).toMatchObject({ status: 200 });
  const { status, body } = await getSecurelyThrough(`${secure.url}/v1/models`, through);
  expect([status, JSON.parse(body)]).toMatchObject([200, { object: "list" }]);
  expect(proxy.connections().map(({ target, authorised }) => ({ target, authorised }))).toEqual([
    { target: new URL(plain.url).host, authorised: true },
    { target: new URL(secure.url).host, authorised: true },
  ]);
  for (const { bytesUp, bytesDown } of proxy.connections()) {
    expect(bytesUp).toBeGreaterThan(50);
    expect(bytesDown).toBeGreaterThan(body.length);
  }
});

test("knows names that nobody else knows", async () => {
  await using server = await startLlmServer();
  await using proxy = await startProxy({ hosts: { "models.example": "127.0.0.1" } });
  const { port } = new URL(server.url);
  const { status } = await getThrough(`http://models.example:${port}/v1/models`, { proxy: proxy.url });
  expect(status).toBe(200);
  expect(proxy.connections()).toMatchObject([{ target: `models.example:${port}` }]);
});

test("lets in who has the name and the password, odd characters among them", async () => {
  await using server = await startLlmServer();
  await using proxy = await startProxy({ username: "user", password: "p@ss:wörd" });
  const wrong = proxy.url.replace("//", "//user:wrong@");
  const right = proxy.url.replace("//", `//user:${encodeURIComponent("p@ss:wörd")}@`);
  const { host } = new URL(server.url);
  for (const door of [proxy.url, wrong]) {
    expect((await getThrough(`${server.url}/v1/models`, { proxy: door })).status).toBe(407);
    const refused = await connectThrough(host, { proxy: door });
    expect([refused.status, refused.headers["proxy-authenticate"]]).toEqual([407, 'Basic realm="testbed"']);
  }
  expect((await getThrough(`${server.url}/v1/models`, { proxy: right })).status).toBe(200);
  const { status, socket } = await connectThrough(host, { proxy: right });
  expect(status).toBe(200);
  socket.destroy();
  expect(proxy.connections().map(({ authorised }) => authorised)).toEqual([false, false, false, false, true, true]);
  expect(proxy.connections()[0]).toMatchObject({ bytesUp: 0, bytesDown: 0 });
});

test.each([
  ["407", 407],
  ["502-connect", 502],
  ["403-connect", 403],
] satisfies [ProxyBehaviour, number][])("says no when it is to: %s", async (behaviour, status) => {
  await using server = await startLlmServer();
  await using proxy = await startProxy();
  await proxy.behave(behaviour);
  expect((await connectThrough(new URL(server.url).host, { proxy: proxy.url })).status).toBe(status);
  expect((await getThrough(server.url, { proxy: proxy.url })).status).toBe(status);
  await proxy.behave("ok");
  expect((await getThrough(`${server.url}/v1/models`, { proxy: proxy.url })).status).toBe(200);
});

test("says 502 for a target that is not there", async () => {
  const server = await startLlmServer();
  await server[Symbol.asyncDispose]();
  await using proxy = await startProxy();
  expect((await connectThrough(new URL(server.url).host, { proxy: proxy.url })).status).toBe(502);
  expect((await getThrough(server.url, { proxy: proxy.url })).status).toBe(502);
});

test("refuses, with its connections broken off, and comes back on the same port", async () => {
  await using server = await startLlmServer();
  await using proxy = await startProxy();
  const { socket } = await connectThrough(new URL(server.url).host, { proxy: proxy.url });
  const closed = closing(socket);
  await proxy.behave("refuse");
  await proxy.behave("refuse");
  await closed;
  await expect(getThrough(server.url, { proxy: proxy.url })).rejects.toThrow("ECONNREFUSED");
  await proxy.behave("ok");
  expect((await getThrough(`${server.url}/v1/models`, { proxy: proxy.url })).status).toBe(200);
});

test("drops the connection after so many bytes of the answer", async () => {
  await using server = await startLlmServer();
  await using proxy = await startProxy();
  await proxy.behave({ dropAfterBytes: 10 });
  await expect(getThrough(`${server.url}/v1/models`, { proxy: proxy.url })).rejects.toThrow(/aborted|ECONNRESET/);
  const { socket } = await connectThrough(new URL(server.url).host, { proxy: proxy.url });
  const closed = closing(socket);
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.write("GET /v1/models HTTP/1.1\r\nhost: testbed\r\n\r\n");
  await closed;
  expect(bytes).toBeLessThanOrEqual(10);
});

test("gives a byte a second", async () => {
  const clock = new SimulatedClock();
  await using server = await startLlmServer();
  await using proxy = await startProxy({ clock });
  await proxy.behave("slow");
  const { socket } = await connectThrough(new URL(server.url).host, { proxy: proxy.url });
  let received = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    received += chunk;
  });
  socket.write("GET /v1/models HTTP/1.1\r\nhost: testbed\r\n\r\n");
  for (const expected of ["H", "HT", "HTT"]) {
    await until(() => clock.sleepers === 1);
    await clock.advance(1000);
    await until(() => received.length >= expected.length);
    expect(received).toBe(expected);
  }
  socket.destroy();
});

test("takes a CONNECT and says nothing, until it is disposed of", async () => {
  await using server = await startLlmServer();
  await using proxy = await startProxy();
  await proxy.behave("hang-connect");
  const connecting = connectThrough(new URL(server.url).host, { proxy: proxy.url });
  const failed = connecting.catch((error: unknown) => error);
  await until(() => proxy.connections().length === 1);
  await proxy[Symbol.asyncDispose]();
  expect(await failed).toMatchObject({ message: "socket hang up" });
});

test("closes every tunnel when it is disposed of", async () => {
  await using server = await startLlmServer();
  await using proxy = await startProxy();
  const { socket } = await connectThrough(new URL(server.url).host, { proxy: proxy.url });
  const closed = closing(socket);
  await proxy[Symbol.asyncDispose]();
  await closed;
  expect(socket.destroyed).toBe(true);
});

/** Resolves when a connection is closed, however that comes about. */
async function closing(socket: Socket): Promise<void> {
  socket.on("error", () => {}); // A reset, where there is one.
  socket.resume();
  await new Promise((resolve) => socket.once("close", resolve));
}
