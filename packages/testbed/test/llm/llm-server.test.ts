import { answerTo, createAuthority, type LlmServer, type Scenario, startLlmServer } from "@bentham/testbed";
import { describe, expect, test } from "vitest";

const QUESTION = "Why is the sky blue?";

/** The three wires: where they are asked, how, and where the text of their answer stands. */
const WIRES = [
  {
    name: "OpenAI Chat Completions",
    path: "/v1/chat/completions",
    body: { model: "m", messages: [{ role: "user", content: QUESTION }] },
    key: (key: string) => ({ authorization: `Bearer ${key}` }),
    text: ["choices", 0, "message", "content"],
    refusal: ["choices", 0, "message", "refusal"],
    delta: ["choices", 0, "delta", "content"],
  },
  {
    name: "OpenAI Responses",
    path: "/v1/responses",
    body: { model: "m", input: [{ role: "user", content: [{ type: "input_text", text: QUESTION }] }] },
    key: (key: string) => ({ authorization: `Bearer ${key}` }),
    text: ["output", 0, "content", 0, "text"],
    refusal: ["output", 0, "content", 0, "refusal"],
    delta: ["delta"],
  },
  {
    name: "Anthropic Messages",
    path: "/v1/messages",
    body: { model: "m", max_tokens: 9, messages: [{ role: "user", content: [{ type: "text", text: QUESTION }] }] },
    key: (key: string) => ({ "x-api-key": key }),
    text: ["content", 0, "text"],
    refusal: ["content", 0, "text"],
    delta: ["delta", "text"],
  },
] as const;

describe.each(WIRES)("$name", (wire) => {
  test("answers each question with its own answer, and counts it", async () => {
    await using server = await startLlmServer();
    const response = await post(server, wire.path, wire.body);
    expect([response.status, at(await response.json(), wire.text)]).toEqual([200, answerTo(QUESTION)]);
    expect(server.asks).toMatchObject([{ question: QUESTION, scenario: "answer" }]);
    expect(server.asksOf(QUESTION)).toBe(1);
  });

  test("streams the same answer in pieces", async () => {
    await using server = await startLlmServer();
    const response = await post(server, wire.path, { ...wire.body, stream: true });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = (await response.text()).split("\n\n").flatMap((event) => /^data: (\{.*)$/m.exec(event)?.[1] ?? []);
    const pieces = events
      .map((event) => at(JSON.parse(event), wire.delta))
      .filter((piece) => typeof piece === "string");
    expect(pieces.join("")).toBe(answerTo(QUESTION));
    expect(pieces.length).toBeGreaterThan(3);
  });

  test("takes its keys and no others, and counts no ask without one", async () => {
    await using server = await startLlmServer({ keys: ["right"] });
    expect((await post(server, wire.path, wire.body)).status).toBe(401);
    expect((await post(server, wire.path, wire.body, wire.key("wrong"))).status).toBe(401);
    expect((await post(server, wire.path, wire.body, wire.key("right"))).status).toBe(200);
    expect(server.asks).toHaveLength(1);
  });

  test("refuses in the vendor's own form", async () => {
    await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "refusal" } }] });
    expect(at(await (await post(server, wire.path, wire.body)).json(), wire.refusal)).toMatch(/can't help/);
  });
});

test("plays the scenario of the last rule that matches an ask", async () => {
  await using server = await startLlmServer({
    scenarios: [
      { from: 2, to: 3, scenario: { kind: "error", status: 500 } },
      { nth: 3, scenario: { kind: "rate-limit", retryAfter: "7" } },
    ],
  });
  const responses = [await ask(server), await ask(server), await ask(server), await ask(server)];
  expect(responses.map(({ status }) => status)).toEqual([200, 500, 429, 200]);
  expect(responses[2]?.headers.get("retry-after")).toBe("7");
});

test("sends what it is told to, whatever the wire says", async () => {
  const raw: Scenario = {
    kind: "raw",
    status: 403,
    type: "text/html",
    body: "<p>no</p>",
    headers: { "cf-mitigated": "challenge" },
  };
  await using server = await startLlmServer({ scenarios: [{ scenario: raw }] });
  const response = await ask(server);
  expect([response.status, response.headers.get("cf-mitigated"), await response.text()]).toEqual([
    403,
    "challenge",
    "<p>no</p>",
  ]);
});

test("cuts an answer in half, and resets a connection before it", async () => {
  await using server = await startLlmServer({
    scenarios: [
      { nth: 1, scenario: { kind: "cut", after: "half" } },
      { nth: 2, scenario: { kind: "cut" } },
    ],
  });
  const half = await ask(server);
  expect(half.status).toBe(200);
  await expect(half.text()).rejects.toThrow("terminated");
  await expect(ask(server)).rejects.toThrow("fetch failed");
});

test("says nothing until the client goes, and is closed all the same", async () => {
  const server = await startLlmServer({ scenarios: [{ scenario: { kind: "stall" } }] });
  const gone = new AbortController();
  const stalled = ask(server, gone.signal);
  const outlived = ask(server);
  while (server.asks.length < 2) await new Promise((resolve) => setImmediate(resolve));
  gone.abort();
  await expect(stalled).rejects.toThrow("aborted");
  await server[Symbol.asyncDispose]();
  await expect(outlived).rejects.toThrow("fetch failed");
});

test("answers what holds no question with 400, and other paths with 404", async () => {
  await using server = await startLlmServer();
  expect((await post(server, "/v1/messages", { messages: [] })).status).toBe(400);
  expect((await post(server, "/v1/nothing", {})).status).toBe(404);
  expect(server.asks).toHaveLength(0);
});

test("answers differ from question to question, and go beyond ASCII", () => {
  const answers = Array.from({ length: 50 }, (_, index) => answerTo(`question ${index}`));
  expect(new Set(answers).size).toBe(50);
  for (const answer of answers) expect(answer).toMatch(/[^\p{ASCII}][^]*\n\n- \*\*/u);
});

test("serves https with a certificate of an authority that its clients must trust", async () => {
  const authority = await createAuthority();
  await using server = await startLlmServer({ tls: await authority.issue("127.0.0.1") });
  expect(server.url).toMatch(/^https:/);
  await expect(ask(server)).rejects.toMatchObject({ cause: { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" } });
});

function ask(server: LlmServer, signal?: AbortSignal): Promise<Response> {
  return post(server, WIRES[0].path, WIRES[0].body, {}, signal);
}

function post(
  server: LlmServer,
  path: string,
  body: object,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal,
  });
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (current, key) => (typeof current === "object" && current !== null ? Reflect.get(current, key) : undefined),
    value,
  );
}
