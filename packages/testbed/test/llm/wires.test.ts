import { answerTo, type LlmServer, REFUSAL, type Scenario, startLlmServer } from "@bentham/testbed";
import { describe, expect, test } from "vitest";
import { CLIENTS, errorOf, generate, stream } from "../support/ai-sdk.ts";

const QUESTION = "Which running shoes last longest?";

function serve(scenario: Scenario): Promise<LlmServer> {
  return startLlmServer({ scenarios: [{ scenario }] });
}

describe.each(CLIENTS)("the AI SDK's %s client", (client) => {
  test("reads the answer, its usage, its model and its ids", async () => {
    await using server = await serve({ kind: "answer" });
    const { text, finishReason, usage, response } = await generate(server.url, client, QUESTION);
    expect(text).toBe(answerTo(QUESTION));
    expect(finishReason).toBe("stop");
    expect(usage).toMatchObject({
      inputTokens: Math.ceil(QUESTION.length / 4),
      outputTokens: Math.ceil(answerTo(QUESTION).length / 4),
    });
    expect(response.modelId).toBe("small");
    expect(response.id).toMatch(/^(chatcmpl|resp|msg)_?-?\d+$/);
    expect(response.headers?.["x-request-id"] ?? response.headers?.["request-id"]).toMatch(/^req_\d+$/);
    expect(server.asks).toMatchObject([{ question: QUESTION, model: "small", outcome: "done" }]);
  });

  test("reads a stream to the same answer", async () => {
    await using server = await serve({ kind: "answer" });
    const { text, finishReason, usage, errors } = await stream(server.url, client, QUESTION);
    expect(errors).toEqual([]);
    expect(text).toBe(answerTo(QUESTION));
    expect(finishReason).toBe("stop");
    // The compatible client does not ask for the usage of a stream, and without being asked none is sent.
    const outputTokens = client === "openai-compatible" ? undefined : Math.ceil(text.length / 4);
    expect(usage.outputTokens).toBe(outputTokens);
  });

  test("takes a filtered and a long answer for what they are", async () => {
    await using server = await startLlmServer({
      scenarios: [
        { nth: 1, scenario: { kind: "answer", finish: "content-filter" } },
        { nth: 2, scenario: { kind: "answer", finish: "length" } },
        { nth: 3, scenario: { kind: "answer", finish: "length" } },
      ],
    });
    expect(await generate(server.url, client, QUESTION)).toMatchObject({ text: "", finishReason: "content-filter" });
    const begin = Array.from(answerTo(QUESTION)).slice(0, 100).join("");
    expect(await generate(server.url, client, QUESTION)).toMatchObject({ text: begin, finishReason: "length" });
    expect(await stream(server.url, client, QUESTION)).toMatchObject({ text: begin, finishReason: "length" });
  });

  test("reads a refusal in the vendor's form", async () => {
    await using server = await serve({ kind: "refusal" });
    const refusal = { text: REFUSAL, finishReason: "content-filter" };
    expect(await generate(server.url, client, QUESTION)).toMatchObject(refusal);
  });

  test("reads an empty answer without an error", async () => {
    await using server = await serve({ kind: "empty" });
    expect(await generate(server.url, client, QUESTION)).toMatchObject({ text: "", finishReason: "stop" });
    expect(await stream(server.url, client, QUESTION)).toMatchObject({ text: "", errors: [] });
  });

  test("reads the vendor's error for every status", async () => {
    for (const status of [400, 401, 403, 404, 429, 500, 503, 529]) {
      await using server = await serve({ kind: "error", status });
      const error = await errorOf(generate(server.url, client, QUESTION));
      expect(error).toMatchObject({ name: "AI_APICallError", statusCode: status });
      expect(error.data?.error?.type).toEqual(expect.any(String));
      expect(error.message).toBe(error.data?.error?.message);
    }
  });

  test("finds the vendor's code when money is out and where the vendor is not", async () => {
    const isAnthropic = client === "anthropic-messages";
    await using server = await startLlmServer({
      scenarios: [
        { nth: 1, scenario: { kind: "quota" } },
        { nth: 2, scenario: { kind: "region" } },
      ],
    });
    const quota = await errorOf(generate(server.url, client, QUESTION));
    expect(quota.statusCode).toBe(isAnthropic ? 400 : 429);
    expect(quota.responseBody).toContain(isAnthropic ? "credit balance is too low" : '"code":"insufficient_quota"');
    const region = await errorOf(generate(server.url, client, QUESTION));
    expect(region.statusCode).toBe(403);
    expect(region.responseBody).toContain(isAnthropic ? "forbidden" : "unsupported_country_region_territory");
  });

  test("meets the vendor's 401 with a key that is not accepted", async () => {
    await using server = await startLlmServer({ keys: ["right"] });
    const error = await errorOf(generate(server.url, client, QUESTION, "wrong"));
    expect(error.statusCode).toBe(401);
    expect(error.responseBody).toMatch(/invalid_api_key|authentication_error/);
    expect(error.responseBody).not.toContain("wrong");
    expect(await generate(server.url, client, QUESTION, "right")).toMatchObject({ text: answerTo(QUESTION) });
    expect(server.asks).toMatchObject([
      { scenario: "unauthorized", keyIndex: undefined },
      { scenario: "answer", keyIndex: 0 },
    ]);
  });

  test("says of a page, of other JSON, of broken JSON and of no byte that it cannot be read", async () => {
    for (const form of ["html", "shape", "json", "nothing"] as const) {
      await using server = await serve({ kind: "malformed", form });
      const error = await errorOf(generate(server.url, client, QUESTION));
      expect([form, error.name]).toEqual([form, "AI_APICallError"]);
    }
  });

  test("sees that a stream has ended too soon", async () => {
    await using server = await serve({ kind: "short" });
    const { text, finishReason } = await stream(server.url, client, QUESTION);
    expect(finishReason).not.toBe("stop");
    expect(answerTo(QUESTION).startsWith(text)).toBe(true);
  });
});
