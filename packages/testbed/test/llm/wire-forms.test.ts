import { answerTo, startLlmServer, type WireName } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { ask, eventsOf, WIRES } from "../support/asking.ts";

const QUESTION = "Why is the sky blue?";

describe.each(WIRES)("%s", (wire) => {
  test("names the request in the vendor's header, and the rate limit", async () => {
    await using server = await startLlmServer({ scenarios: [{ nth: 2, scenario: { kind: "error", status: 500 } }] });
    const [answer, error] = [await ask(server.url, QUESTION, { wire }), await ask(server.url, QUESTION, { wire })];
    const [id, limit] =
      wire === "anthropic-messages"
        ? ["request-id", "anthropic-ratelimit-requests-remaining"]
        : ["x-request-id", "x-ratelimit-remaining-requests"];
    for (const response of [answer, error]) {
      expect(response.headers.get(id)).toMatch(/^req_\d+$/);
      expect(response.headers.get(limit)).toBe("9999");
      expect(response.headers.get("content-type")).toBe("application/json");
    }
    expect(answer.headers.get(id)).not.toBe(error.headers.get(id));
  });

  test("refuses what the vendor refuses: no model, no question, no JSON", async () => {
    await using server = await startLlmServer();
    for (const more of [{ model: undefined }, { messages: [], input: [] }, { messages: 7, input: 7 }]) {
      const response = await ask(server.url, QUESTION, { wire, more });
      expect(response.status).toBe(400);
      expect(JSON.parse(await response.text()).error.type).toBe("invalid_request_error");
    }
    const broken = await fetch(new URL((await ask(server.url, QUESTION, { wire })).url), { method: "POST", body: "{" });
    expect(broken.status).toBe(400);
    expect(server.asks).toHaveLength(1);
  });

  test("asks with the last message of the user, whatever stands around it", async () => {
    await using server = await startLlmServer();
    const turns = [
      { role: "user", content: "Is it?" },
      { role: "assistant", content: "It is." },
      { role: "user", content: [{ type: "text", text: "But " }, { type: "image" }, { type: "text", text: "why?" }] },
    ];
    const response = await ask(server.url, QUESTION, { wire, more: { messages: turns, input: turns } });
    expect(await response.text()).toContain(JSON.stringify(answerTo("But why?")).slice(1, -1));
    expect(server.asks).toMatchObject([{ question: "But why?" }]);
  });
});

const SEQUENCES: Readonly<Record<WireName, readonly (string | undefined)[]>> = {
  "openai-chat": [undefined],
  "openai-responses": [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ],
  "anthropic-messages": [
    "message_start",
    "content_block_start",
    "ping",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ],
};

test.each(WIRES)("%s streams its events in the vendor's order", async (wire) => {
  await using server = await startLlmServer();
  const response = await ask(server.url, QUESTION, { wire, stream: true });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const events = await eventsOf(response);
  const names = events.map(({ event }) => event);
  expect(names.filter((name, place) => name !== names[place - 1])).toEqual(SEQUENCES[wire].filter(Boolean));
  const named = events.filter(({ event }) => event !== undefined);
  expect(named.map(({ data }) => JSON.parse(data).type)).toEqual(named.map(({ event }) => event));
});

test("Responses numbers its events", async () => {
  await using server = await startLlmServer();
  const events = await eventsOf(await ask(server.url, QUESTION, { wire: "openai-responses", stream: true }));
  const numbers = events.map(({ data }) => JSON.parse(data).sequence_number);
  expect(numbers).toEqual(numbers.map((_, place) => place));
});

test("Chat Completions ends its stream with [DONE], and with the usage only when that is asked for", async () => {
  await using server = await startLlmServer();
  const plain = await eventsOf(await ask(server.url, QUESTION, { stream: true }));
  expect(plain.at(-1)?.data).toBe("[DONE]");
  expect(plain.some(({ data }) => data.includes("usage"))).toBe(false);
  const counted = await eventsOf(
    await ask(server.url, QUESTION, { stream: true, more: { stream_options: { include_usage: true } } }),
  );
  expect(JSON.parse(counted.at(-2)?.data ?? "")).toMatchObject({
    choices: [],
    usage: { completion_tokens: Math.ceil(answerTo(QUESTION).length / 4) },
  });
});

test("Anthropic wants a version and a number of tokens", async () => {
  await using server = await startLlmServer();
  const untold = await ask(server.url, QUESTION, { wire: "anthropic-messages", more: { max_tokens: undefined } });
  expect(JSON.parse(await untold.text()).error.message).toBe("max_tokens: Field required");
  const unversioned = await fetch(`${server.url}/v1/messages`, { method: "POST", body: "{}" });
  expect(JSON.parse(await unversioned.text()).error.message).toBe("anthropic-version: header is required");
});

test("a refusal stands where each vendor puts it, streamed as well", async () => {
  await using server = await startLlmServer({ scenarios: [{ scenario: { kind: "refusal" } }] });
  const bodyOf = async (wire: WireName): Promise<unknown> => (await ask(server.url, QUESTION, { wire })).json();
  const refusal = expect.stringContaining("can't help");
  expect(await bodyOf("openai-chat")).toMatchObject({ choices: [{ message: { content: null, refusal } }] });
  expect(await bodyOf("openai-responses")).toMatchObject({ output: [{ content: [{ type: "refusal", refusal }] }] });
  expect(await bodyOf("anthropic-messages")).toMatchObject({ content: [{ text: refusal }], stop_reason: "refusal" });
  const chat = await (await ask(server.url, QUESTION, { stream: true })).text();
  expect(chat).toContain('"delta":{"refusal":"');
  const events = await eventsOf(await ask(server.url, QUESTION, { wire: "openai-responses", stream: true }));
  expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(["response.refusal.done"]));
});
