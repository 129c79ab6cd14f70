import { get } from "node:https";
import { once } from "node:events";
import { answerTo, createAuthority, type LlmServer, SimulatedClock, startLlmServer } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { ask, textOf, until, WIRES } from "../support/asking.ts";

describe("keys", () => {
  test.each(WIRES)("%s takes its keys and no others, and tells which one it was", async (wire) => {
    await using server = await startLlmServer({ keys: ["first", "second"] });
    const statuses = [];
    for (const key of [undefined, "third", "second", "first"]) {
      const response = await ask(server.url, "Why?", { wire, ...(key === undefined ? {} : { key }) });
      statuses.push(response.status);
      await response.text();
    }
    expect(statuses).toEqual([401, 401, 200, 200]);
    expect(server.asks.map(({ keyIndex, scenario }) => [keyIndex, scenario])).toEqual([
      [undefined, "unauthorized"],
      [undefined, "unauthorized"],
      [1, "answer"],
      [0, "answer"],
    ]);
  });

  test("are not asked for by a server without any", async () => {
    await using server = await startLlmServer();
    expect((await ask(server.url)).status).toBe(200);
    expect((await ask(server.url, "Why?", { key: "any" })).status).toBe(200);
  });
});

describe("counting", () => {
  test("tells each ask's question, model, wire, time and place in the order", async () => {
    const clock = new SimulatedClock(1_000_000);
    await using server = await startLlmServer({ clock });
    await ask(server.url, "Why?");
    await clock.advance(500);
    await ask(server.url, "How?", { wire: "anthropic-messages" });
    await ask(server.url, "Why?");
    expect(server.asks).toEqual([
      expect.objectContaining({ question: "Why?", nth: 1, nthOfQuestion: 1, at: 1_000_000, wire: "openai-chat" }),
      expect.objectContaining({
        question: "How?",
        nth: 2,
        nthOfQuestion: 1,
        at: 1_000_500,
        wire: "anthropic-messages",
      }),
      expect.objectContaining({ question: "Why?", nth: 3, nthOfQuestion: 2, model: "small", outcome: "done" }),
    ]);
    expect([server.asksOf("Why?"), server.asksOf("How?"), server.asksOf("When?")]).toEqual([2, 1, 0]);
  });

  test("tells how many are being answered, and how many were at most", async () => {
    const clock = new SimulatedClock();
    await using server = await startLlmServer({ clock, scenarios: [{ scenario: { kind: "answer", delayMs: 100 } }] });
    const asks = ["a", "b", "c"].map((question) => ask(server.url, question));
    await until(() => clock.sleepers === 3);
    expect([server.inFlight, server.asks.map(({ outcome }) => outcome)]).toEqual([3, ["open", "open", "open"]]);
    await clock.advance(100);
    await Promise.all(asks);
    const last = ask(server.url, "d");
    await until(() => clock.sleepers === 1);
    await clock.advance(100);
    await last;
    expect([server.inFlight, server.mostInFlight]).toEqual([0, 3]);
  });

  test("is told over HTTP, too, from an ask on, and takes new scenarios", async () => {
    await using server = await startLlmServer();
    const testbed = async (path: string, body?: string): Promise<unknown> =>
      (await fetch(`${server.url}/testbed/${path}`, body === undefined ? {} : { method: "POST", body })).json();
    for (const question of ["a", "b", "c"]) await ask(server.url, question);
    expect(await testbed("asks")).toMatchObject({ total: 3, inFlight: 0, mostInFlight: 1, asks: { length: 3 } });
    expect(await testbed("asks?from=3")).toMatchObject({ total: 3, asks: [{ question: "c", nth: 3 }] });
    expect(await testbed("scenario", '[{"scenario":{"kind":"error","status":503}}]')).toEqual({ rules: 1 });
    expect((await ask(server.url)).status).toBe(503);
    expect(await testbed("scenario", '[{"scenario":{"kind":"eror"}}]')).toEqual({
      error: 'rule 1: there is no scenario of the kind "eror"',
    });
    expect(await testbed("scenario", "no JSON")).toEqual({ error: "scenarios are a list of rules" });
    expect((await ask(server.url)).status).toBe(503);
    expect(await testbed("nothing")).toMatchObject({ error: "the testbed has no GET /testbed/nothing" });
  });
});

describe("models", () => {
  test("are listed in the vendor's form, for who has a key", async () => {
    await using server = await startLlmServer({ keys: ["right"] });
    const list = async (headers: Record<string, string>): Promise<unknown> =>
      (await fetch(`${server.url}/v1/models`, { headers })).json();
    expect(await list({ authorization: "Bearer right" })).toMatchObject({
      object: "list",
      data: [{ id: "small", object: "model" }, { id: "large" }],
    });
    expect(await list({ "x-api-key": "right", "anthropic-version": "2023-06-01" })).toMatchObject({
      data: [{ id: "small", type: "model" }, { id: "large" }],
      has_more: false,
    });
    expect(await list({})).toMatchObject({ error: { code: "invalid_api_key" } });
    expect(await list({ "anthropic-version": "2023-06-01" })).toMatchObject({
      error: { type: "authentication_error" },
    });
    expect(server.asks).toHaveLength(0);
  });

  test("paths that are no API's are not found", async () => {
    await using server = await startLlmServer();
    expect((await fetch(`${server.url}/v1/nothing`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${server.url}/v1/messages`)).status).toBe(404);
  });
});

describe("a server", () => {
  test("takes a port that is given, and says so when it is taken", async () => {
    await using first = await startLlmServer();
    const port = Number(new URL(first.url).port);
    await expect(startLlmServer({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first[Symbol.asyncDispose]();
    await using second = await startLlmServer({ port });
    expect(second.url).toBe(first.url);
  });

  test("ends its asks when it is closed, twice as well as once", async () => {
    const server = await startLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
    const outlived = ask(server.url).catch((error: unknown) => error);
    await until(() => server.inFlight === 1);
    await Promise.all([server[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
    await server[Symbol.asyncDispose]();
    expect(await outlived).toMatchObject({ message: "fetch failed" });
    expect(server.asks).toMatchObject([{ outcome: "gone" }]);
    expect(server.inFlight).toBe(0);
  });

  test("does not hide that its scenario function threw", async () => {
    const server = await startLlmServer({
      scenarios() {
        throw new Error("a slip in the test");
      },
    });
    await expect(ask(server.url)).rejects.toThrow("fetch failed");
    await expect(server[Symbol.asyncDispose]()).rejects.toThrow("the testbed's server failed");
  });

  test("lets a client go that is still asking", async () => {
    await using server = await startLlmServer();
    const gone = new AbortController();
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"model"')),
    });
    const init: RequestInit = { method: "POST", body, duplex: "half", signal: gone.signal };
    const asking = fetch(`${server.url}/v1/responses`, init);
    gone.abort();
    await expect(asking).rejects.toThrow("aborted");
    expect((await ask(server.url)).status).toBe(200);
  });

  test("answers 2,000 asks over 50 connections, each with its own answer", async () => {
    await using server = await startLlmServer();
    const questions = Array.from({ length: 2000 }, (_, index) => `question ${index}`);
    const left = questions.values();
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (const question of left) expect(await textOf(await ask(server.url, question))).toBe(answerTo(question));
      }),
    );
    expect(server.asks).toHaveLength(2000);
    expect(questions.every((question) => server.asksOf(question) === 1)).toBe(true);
  });
});

describe("https", () => {
  test("is for those who trust its authority", async () => {
    const authority = await createAuthority();
    await using server = await startLlmServer({ tls: await authority.issue() });
    expect(server.url).toMatch(/^https:/);
    await expect(ask(server.url)).rejects.toMatchObject({ cause: { code: "SELF_SIGNED_CERT_IN_CHAIN" } });
    expect(await statusOf(server, authority.certificate)).toBe(200);
  });

  test("is reset in the middle of the handshake when it is told to", async () => {
    const authority = await createAuthority();
    await using server = await startLlmServer({ tls: await authority.issue(), resetConnections: true });
    await expect(statusOf(server, authority.certificate)).rejects.toMatchObject({ code: "ECONNRESET" });
  });
});

async function statusOf(server: LlmServer, ca: string): Promise<number | undefined> {
  const request = get(`${server.url}/v1/models`, { ca, agent: false });
  const [response] = await once(request, "response");
  response.resume();
  return response.statusCode;
}
