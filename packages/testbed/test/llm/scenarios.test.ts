import { once } from "node:events";
import { request } from "node:https";
import { connect } from "node:net";
import { text as textOfStream } from "node:stream/consumers";
import {
  answerTo,
  createAuthority,
  type LlmServer,
  ODD_FORMS,
  oddAnswerTo,
  type RetryAfter,
  type Scenario,
  SimulatedClock,
  startLlmServer,
} from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { errorOf, generate, stream } from "../support/ai-sdk.ts";
import { ask, eventsOf, textOf, until } from "../support/asking.ts";

const QUESTION = "Why is the sky blue?";

function serve(scenario: Scenario, more: object = {}): Promise<LlmServer> {
  return startLlmServer({ scenarios: [{ scenario }], ...more });
}

/** What a client sees on the bare connection until it ends, and how that ends: with an error's code, or `end`. */
async function seenOnConnection(server: LlmServer, more: object = {}): Promise<{ text: string; ending: string }> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  const body = JSON.stringify({ model: "small", messages: [{ role: "user", content: QUESTION }], ...more });
  const head = ["POST /v1/chat/completions HTTP/1.1", "host: x", "connection: close", `content-length: ${body.length}`];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  let [text, ending] = ["", "end"];
  socket.setEncoding("latin1").on("data", (part) => (text += part));
  socket.on("error", (error) => (ending = "code" in error ? String(error.code) : error.message));
  await new Promise((resolve) => socket.once("close", resolve));
  return { text, ending };
}

describe("answers", () => {
  test("after a delay, and streamed with a delay before each event", async () => {
    const clock = new SimulatedClock();
    await using server = await serve({ kind: "answer", delayMs: 1000, chunkDelayMs: 10 }, { clock });
    const asking = ask(server.url, QUESTION, { stream: true });
    await until(() => clock.sleepers === 1);
    await clock.advance(999);
    expect(server.inFlight).toBe(1);
    await clock.advance(1);
    const response = await asking;
    expect(response.status).toBe(200);
    const reading = eventsOf(response);
    await until(() => clock.sleepers === 1);
    expect(await clock.runUntilIdle()).toBe((await reading).length * 10);
  });

  test("with a text that is given", async () => {
    await using server = await serve({ kind: "answer", text: "=SUM(A1)" });
    expect(await textOf(await ask(server.url))).toBe("=SUM(A1)");
  });

  test.each(ODD_FORMS)("with odd text that comes through whole: %s", async (form) => {
    await using server = await serve({ kind: "odd-text", form });
    const expected = oddAnswerTo(QUESTION, form);
    expect(await textOf(await ask(server.url, QUESTION))).toBe(expected);
    for (const client of ["openai-chat", "openai-responses", "anthropic-messages"] as const) {
      expect((await generate(server.url, client, QUESTION)).text).toBe(expected);
      expect((await stream(server.url, client, QUESTION)).text).toBe(expected);
    }
  });

  test("with bytes that are as odd as the text", async () => {
    const bytesOf = async (form: (typeof ODD_FORMS)[number]): Promise<Buffer> => {
      await using server = await serve({ kind: "odd-text", form });
      return Buffer.from(await (await ask(server.url, QUESTION)).arrayBuffer());
    };
    expect((await bytesOf("bom")).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect((await bytesOf("invalid-utf8")).includes(0xff)).toBe(true);
    expect((await bytesOf("lone-surrogate")).includes("\\ud83d and")).toBe(true);
    await using server = await serve({ kind: "odd-text", form: "split-emoji" });
    const { text } = await seenOnConnection(server);
    expect(text).toContain("\r\n5\r\n");
  });

  test("of many megabytes, whole and streamed", async () => {
    await using server = await serve({ kind: "huge", megabytes: 2 });
    expect(await textOf(await ask(server.url))).toBe("x".repeat(2 * 2 ** 20));
    expect((await stream(server.url, "openai-responses", QUESTION)).text).toHaveLength(2 * 2 ** 20);
  });

  test("that unpack to a thousand times their size", async () => {
    await using server = await serve({ kind: "gzip-bomb", megabytes: 20 });
    const packed = await ask(server.url, QUESTION, { signal: AbortSignal.timeout(60_000) });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(await textOf(packed)).toHaveLength(20 * 2 ** 20);
    const socketBytes = (await seenOnConnection(server)).text.length;
    expect(socketBytes).toBeLessThan(40 * 2 ** 10);
  });

  test("without end, until the client goes", async () => {
    for (const isStream of [true, false]) {
      const clock = new SimulatedClock();
      await using server = await serve({ kind: "endless", chunkDelayMs: 1000 }, { clock });
      const gone = new AbortController();
      const response = await ask(server.url, QUESTION, { stream: isStream, signal: gone.signal });
      const reader = response.body?.getReader();
      let text = "";
      while (!text.includes("and and and") && text.split('"and "').length < 4) {
        await until(() => clock.sleepers === 1);
        await clock.advance(1000);
        const read = await reader?.read();
        text += Buffer.from(read?.value ?? []).toString();
      }
      gone.abort();
      await until(() => server.inFlight === 0);
      expect(server.asks).toMatchObject([{ outcome: "gone" }]);
      expect(clock.sleepers).toBe(0);
    }
  });
});

describe("a rate limit", () => {
  const NOW = Date.UTC(2026, 10, 23, 12, 0, 0, 750);
  test.each<[string, RetryAfter | readonly RetryAfter[] | undefined, string | null]>([
    ["none", undefined, null],
    ["seconds", "2", "2"],
    ["a date", { inMs: 90_000 }, "Mon, 23 Nov 2026 12:01:30 GMT"],
    ["a past date", { inMs: -60_000 }, "Mon, 23 Nov 2026 11:59:00 GMT"],
    ["far too long", "1e9", "1e9"],
    ["no time at all", "abc", "abc"],
    ["two headers", ["2", "9"], "2, 9"],
  ])("says when to come back: %s", async (_what, retryAfter, expected) => {
    const scenario: Scenario = { kind: "rate-limit", ...(retryAfter === undefined ? {} : { retryAfter }) };
    await using server = await serve(scenario, { clock: new SimulatedClock(NOW) });
    const response = await ask(server.url);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe(expected);
    expect(response.headers.get("date")).toBe("Mon, 23 Nov 2026 12:00:00 GMT");
    expect(response.headers.get("x-ratelimit-remaining-requests")).toBe("0");
  });

  test("says it in two headers that are two", async () => {
    await using server = await serve({ kind: "rate-limit", retryAfter: ["2", { inMs: 5000 }] });
    const { text } = await seenOnConnection(server);
    expect(text.match(/^retry-after: .*$/gim)).toHaveLength(2);
  });
});

test("a challenge is a page of Cloudflare's, with its mark in the headers", async () => {
  await using server = await serve({ kind: "challenge" });
  const response = await ask(server.url);
  expect(response.status).toBe(403);
  expect(response.headers.get("cf-mitigated")).toBe("challenge");
  expect(response.headers.get("x-request-id")).toBeNull();
  expect(await response.text()).toContain("Just a moment...");
});

test("an error says what it is told to, and carries what it is given", async () => {
  await using server = await serve({
    kind: "error",
    status: 400,
    code: "context_length_exceeded",
    message: "too long",
    headers: { "x-should-retry": "false" },
  });
  const response = await ask(server.url);
  expect(response.headers.get("x-should-retry")).toBe("false");
  expect(JSON.parse(await response.text()).error).toMatchObject({
    code: "context_length_exceeded",
    message: "too long",
  });
});

describe("what is malformed comes with 200:", () => {
  test.each([
    ["html", "text/html", /^<html>/],
    ["nothing", "application/json", /^$/],
    ["json", "application/json", /^\{"id": "broken"/],
  ] as const)("%s, which is no JSON", async (form, type, expected) => {
    await using server = await serve({ kind: "malformed", form });
    const response = await ask(server.url);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    const text = await response.text();
    expect(text).toMatch(expected);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test("JSON of another shape", async () => {
    await using server = await serve({ kind: "malformed", form: "shape" });
    expect(await (await ask(server.url)).json()).toEqual({ hello: 1 });
    expect(await eventsOf(await ask(server.url, QUESTION, { stream: true }))).toMatchObject([{ data: '{"hello":1}' }]);
  });
});

test("one broken event in a stream leaves words out", async () => {
  await using server = await serve({ kind: "malformed", form: "json" });
  const { text, errors } = await stream(server.url, "openai-chat", QUESTION);
  expect(errors).toHaveLength(1);
  expect(text.length).toBeLessThan(answerTo(QUESTION).length);
  expect(text.endsWith(answerTo(QUESTION).slice(-10))).toBe(true);
});

test("a raw answer is sent as it is, whatever the wire says", async () => {
  const raw: Scenario = { kind: "raw", status: 418, type: "text/plain", body: "téa", headers: { "x-pot": "1" } };
  await using server = await serve(raw);
  const response = await ask(server.url);
  expect([response.status, response.headers.get("x-pot"), await response.text()]).toEqual([418, "1", "téa"]);
});

describe("a stall", () => {
  test("before the answer ends when the client goes", async () => {
    await using server = await serve({ kind: "stall" });
    const gone = new AbortController();
    const asking = ask(server.url, QUESTION, { signal: gone.signal });
    await until(() => server.inFlight === 1);
    gone.abort();
    await expect(asking).rejects.toThrow("aborted");
    await until(() => server.inFlight === 0);
    expect(server.asks).toMatchObject([{ outcome: "gone" }]);
  });

  test.each([true, false])("after the head is a head and nothing else (streamed: %s)", async (isStream) => {
    await using server = await serve({ kind: "stall", after: "head" });
    const gone = new AbortController();
    const response = await ask(server.url, QUESTION, { stream: isStream, signal: gone.signal });
    expect([response.status, server.inFlight]).toEqual([200, 1]);
    gone.abort();
    await expect(response.text()).rejects.toThrow("aborted");
    await until(() => server.inFlight === 0);
  });

  test.each([true, false])("after half is half of the answer (streamed: %s)", async (isStream) => {
    await using server = await serve({ kind: "stall", after: "half" });
    const gone = new AbortController();
    const response = await ask(server.url, QUESTION, { stream: isStream, signal: gone.signal });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toContain("chatcmpl-");
    expect(server.inFlight).toBe(1);
    gone.abort();
    await expect(reader?.read()).rejects.toThrow("aborted");
    await until(() => server.inFlight === 0);
  });
});

describe("a cut", () => {
  test.each([
    ["whole", {}],
    ["streamed", { stream: true }],
  ])("after half resets the connection once the half is there: %s", async (_what, body) => {
    await using server = await serve({ kind: "cut", after: "half" });
    // Again and again: a reset that overtakes the half would show.
    for (let time = 0; time < 20; time++) {
      const { text, ending } = await seenOnConnection(server, body);
      expect(ending).toBe("ECONNRESET");
      expect(text).toContain("200 OK");
      expect(text).toContain("chatcmpl-");
      expect(text).not.toContain("[DONE]");
    }
    expect(server.asks[0]).toMatchObject({ outcome: "done" });
  });

  test("after half can be a clean end of the connection, in the middle of the chunks", async () => {
    await using server = await serve({ kind: "cut", after: "half", how: "close" });
    const { text, ending } = await seenOnConnection(server);
    expect(ending).toBe("end");
    expect(text).toMatch(/transfer-encoding: chunked/i);
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
    await expect((await ask(server.url)).text()).rejects.toThrow("terminated");
  });

  test("before the answer leaves nothing at all", async () => {
    await using reset = await serve({ kind: "cut" });
    expect(await seenOnConnection(reset)).toEqual({ text: "", ending: "ECONNRESET" });
    await using closed = await serve({ kind: "cut", how: "close" });
    expect(await seenOnConnection(closed)).toEqual({ text: "", ending: "end" });
  });

  test("resets over TLS as well", async () => {
    const authority = await createAuthority();
    await using server = await serve({ kind: "cut", after: "half" }, { tls: await authority.issue() });
    const asking = request(`${server.url}/v1/chat/completions`, { method: "POST", ca: authority.certificate });
    asking.end(JSON.stringify({ model: "small", messages: [{ role: "user", content: QUESTION }] }));
    const [response] = await once(asking, "response");
    const [body, failure] = [textOfStream(response), errorOf(once(asking, "never"))];
    expect(await failure).toMatchObject({ code: "ECONNRESET" });
    expect(await errorOf(body)).toMatchObject({ code: "ECONNRESET" });
  });

  test("of the answer alone ends as if it were whole", async () => {
    await using server = await serve({ kind: "short" });
    const text = await (await ask(server.url)).text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(text).toContain("chatcmpl-");
  });
});
