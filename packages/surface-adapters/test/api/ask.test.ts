import { type Answer, type AskContext, BenthamError, isBenthamError } from "@bentham/core";
import { createAdapterRegistry } from "@bentham/surface-adapters";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { askAt, askCounter, contextOf, jobOf, keyFor } from "./asking.ts";
import { playVendor, sending } from "./vendor-server.ts";
import { completions, messages, responses, type Wire, wires } from "./wires.ts";

/** Nothing of this may be looked at: it is not what the executor leased. */
beforeEach(() => {
  for (const name of ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"]) vi.stubEnv(name, "CANARY-env");
  for (const name of ["OPENAI_BASE_URL", "ANTHROPIC_BASE_URL"]) vi.stubEnv(name, "http://127.0.0.1:9/");
});

async function failureOf(asking: Promise<unknown>): Promise<unknown> {
  try {
    await asking;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

describe.each(wires)("$adapter", (wire: Wire) => {
  const answerTo = async (body: object): Promise<Answer> => {
    await using server = await playVendor(sending(body));
    return await askAt(server.url, wire.adapter);
  };
  const askWith = (body: object): Promise<unknown> => answerTo(body);

  describe("asks", () => {
    test("once, in a conversation of its own, with what the study says", async () => {
      await using server = await playVendor(sending(wire.answer("Hello")));
      await askAt(server.url, wire.adapter, { system: "Be brief.", temperature: 0.3, maxOutputTokens: 321 });
      expect(server.requests).toHaveLength(1);
      const [request] = server.requests;
      expect(request).toMatchObject({
        url: wire.path,
        body: { model: "asked-model", temperature: 0.3, [wire.maxOutputTokens]: 321 },
      });
      const sent = JSON.stringify(request?.body);
      expect(sent.split("Which running shoes last longest?")).toHaveLength(2);
      expect(sent.split("Be brief.")).toHaveLength(2);
    });

    test("with the leased key, and no other", async () => {
      await using server = await playVendor(sending(wire.answer("Hello")));
      await askAt(server.url, wire.adapter, {}, { credential: keyFor(new URL(server.url).host) });
      const [name, value] = wire.keyHeader;
      expect(server.requests[0]?.headers[name]).toBe(value);
    });

    test("without a key when none is leased: no header that would carry one is sent", async () => {
      await using server = await playVendor(sending(wire.answer("Hello")));
      await askAt(server.url, wire.adapter);
      expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
      expect(server.requests[0]?.headers).not.toHaveProperty("x-api-key");
      expect(JSON.stringify(server.requests)).not.toContain("CANARY");
    });

    test("nothing when the key is for another host, and counts no ask", async () => {
      await using server = await playVendor(sending(wire.answer("Hello")));
      const counter = askCounter();
      const asking = askAt(server.url, wire.adapter, {}, { credential: keyFor("other.example"), ...counter });
      await expect(asking).rejects.toMatchObject({ code: "CREDENTIAL_HOST_MISMATCH" });
      expect([counter.asks, server.requests.length]).toEqual([0, 0]);
    });

    test("nothing when it may not, and lets the reason pass", async () => {
      await using server = await playVendor(sending(wire.answer("Hello")));
      const reason = new BenthamError("BUDGET_EXHAUSTED", "spent", { cause: { code: "ECONNREFUSED" } });
      const asking = askAt(server.url, wire.adapter, {}, { beforeAsk: () => Promise.reject(reason) });
      await expect(asking).rejects.toBe(reason);
      expect(server.requests).toEqual([]);
    });

    test("after beforeAsk has let it, once", async () => {
      const order: string[] = [];
      await using server = await playVendor((response) => {
        order.push("asked");
        sending(wire.error("server_error"), 500)(response);
      });
      await failureOf(askAt(server.url, wire.adapter, {}, { beforeAsk: async () => void order.push("let") }));
      expect(order).toEqual(["let", "asked"]);
    });
  });

  describe("reads an answer", () => {
    test.each([
      ["plain", "Hello"],
      ["with white space at its ends", "\n  Hello \t\n"],
      ["in any script", "Zürich 東京 🏃‍♀️ \u202E e\u0301"],
      ["that is markup", '<script>alert("1")</script>&amp;\\n'],
      ["with controls and a lone surrogate", "\u0000\u001b]52;c;\u0007\uD800"],
      ["that is long", "shoe ".repeat(40_000)],
    ])("%s, exactly", async (_, text) => {
      expect(await askWith(wire.answer(text))).toEqual({
        text,
        finishReason: wire.ended,
        model: "served-model",
        tokenCount: 7,
        inputTokens: 5,
        responseTimeMs: expect.any(Number),
      });
    });

    test("and tells how long it took from the question on, by the clock it is given", async () => {
      let time = 0;
      await using server = await playVendor((response) => {
        time += 40;
        sending(wire.answer("Hello"))(response);
      });
      const clock: AskContext["clock"] = {
        now: () => 0,
        monotonic: () => time,
        sleep: () => Promise.reject(new Error("nothing sleeps")),
      };
      const beforeAsk = async (): Promise<void> => void (time += 1000);
      const answer = await askAt(server.url, wire.adapter, {}, { clock, beforeAsk });
      expect(answer.responseTimeMs).toBe(40);
    });

    test("that its limit cut off, and flags it", async () => {
      expect(await askWith(wire.truncated("Hel"))).toMatchObject({ text: "Hel", flags: ["truncated"] });
    });

    test("that its limit cut off before the first word", async () => {
      expect(await askWith(wire.truncated(""))).toMatchObject({ text: "", flags: ["truncated"] });
    });

    test("that says no: a refusal is an answer", async () => {
      expect(await askWith(wire.refusal("I can't."))).toMatchObject({ text: "I can't.", flags: ["refused"] });
    });
  });

  test("tells the evidence the text that it reads", async () => {
    const { reading } = createAdapterRegistry().resolve(jobOf(wire.adapter, {}));
    for (const body of [wire.answer("Hello\n"), wire.refusal("I can't."), wire.truncated("Hel")]) {
      expect(reading?.textIn?.(JSON.parse(JSON.stringify(body)))).toBe((await answerTo(body)).text);
    }
    for (const hostile of [null, [], { output: 1, choices: 2, content: {} }]) {
      expect(reading?.textIn?.(hostile)).toBeUndefined();
    }
  });

  describe("does not take for an answer", () => {
    test("one without text", async () => {
      await expect(askWith(wire.empty())).rejects.toMatchObject({ code: "EMPTY_RESPONSE" });
    });

    test("one that has not come to its end, whose text it keeps", async () => {
      const [body, code] = wire.unfinished;
      await expect(askWith(body)).rejects.toMatchObject({ code, partialText: "half" });
    });

    test.each([
      ["JSON of another shape", { hello: 1 }],
      ["JSON that is a list", []],
      ["an error", wire.error("nothing")],
    ])("%s", async (_, body) => {
      const error = await failureOf(askWith(body));
      expect(error).toBeInstanceOf(Error);
    });

    test.each([
      ["nothing", "", "application/json"],
      ["a page", "<html><title>Sign in</title></html>", "text/html"],
      ["half a JSON", '{"id": "1", ', "application/json"],
    ])("%s with status 200", async (_, body, type) => {
      await using server = await playVendor((response) => response.writeHead(200, { "content-type": type }).end(body));
      const error = await failureOf(askAt(server.url, wire.adapter));
      expect(error).toMatchObject({ name: "AI_APICallError", statusCode: 200, responseBody: body });
    });

    test("status 204", async () => {
      await using server = await playVendor((response) => response.writeHead(204).end());
      await expect(askAt(server.url, wire.adapter)).rejects.toThrow(Error);
    });

    test.each([301, 302, 307, 308])("a redirect (%i), which it does not follow", async (status) => {
      await using other = await playVendor(sending(wire.answer("Hello")));
      await using server = await playVendor((response) =>
        response.writeHead(status, { location: `${other.url}${wire.path}` }).end(),
      );
      const asking = askAt(server.url, wire.adapter, {}, { credential: keyFor(new URL(server.url).host) });
      await expect(asking).rejects.toMatchObject({ code: "TOO_MANY_REDIRECTS" });
      expect(other.requests).toEqual([]);
    });

    test("one that was cut off", async () => {
      await using server = await playVendor((response) => {
        const body = JSON.stringify(wire.answer("Hello"));
        response.writeHead(200, { "content-length": body.length });
        response.write(body.slice(0, 40), () => response.destroy());
      });
      const error = await failureOf(askAt(server.url, wire.adapter));
      expect(error).toMatchObject({ statusCode: 200 });
    });

    test.each(["before", "within"])("one that stalls %s its answer: the signal's reason comes out", async (when) => {
      const controller = new AbortController();
      const reason = new Error("no answer in time");
      await using server = await playVendor((response) => {
        if (when === "within") response.writeHead(200).write("{", () => setImmediate(() => controller.abort(reason)));
        else controller.abort(reason);
      });
      const asking = askAt(server.url, wire.adapter, {}, { signal: controller.signal });
      await expect(asking).rejects.toBe(reason);
    });

    test.each([401, 429, 500, 529])("status %i, whose facts it keeps", async (status) => {
      const body = wire.error("some_code");
      await using server = await playVendor(sending(body, status, { "retry-after": "7" }));
      const error = await failureOf(
        askAt(server.url, wire.adapter, {}, { credential: keyFor(new URL(server.url).host) }),
      );
      expect(error).toMatchObject({
        statusCode: status,
        responseHeaders: { "retry-after": "7" },
        responseBody: JSON.stringify(body),
      });
      expect(server.requests).toHaveLength(1);
      expect(JSON.stringify(error)).not.toContain("KEY");
    });

    test("a closed port", async () => {
      const server = await playVendor(() => {});
      await server[Symbol.asyncDispose]();
      await expect(askAt(server.url, wire.adapter)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    });
  });

  test("lets an error of Bentham's from its way out pass as it is", async () => {
    const refusal = new BenthamError("ADDRESS_REFUSED", "private");
    const way = (): Promise<never> => Promise.reject(new TypeError("fetch failed", { cause: refusal }));
    await expect(askAt("http://127.0.0.1:9", wire.adapter, {}, { fetch: way })).rejects.toBe(refusal);
  });

  test("ends with the signal's reason, whatever its way out then fails with", async () => {
    const controller = new AbortController();
    const reason = new Error("no answer in time");
    const way = (): Promise<never> => {
      controller.abort(reason);
      return Promise.reject(new TypeError("terminated"));
    };
    const asking = askAt("http://127.0.0.1:9", wire.adapter, {}, { fetch: way, signal: controller.signal });
    await expect(asking).rejects.toBe(reason);
  });

  test.each([
    "ftp://127.0.0.1/v1",
    "http://user:CANARY@127.0.0.1/v1",
    "http://:CANARY@127.0.0.1/v1",
    "http://127.0.0.1/v1?key=CANARY",
    "http://127.0.0.1/v1#x",
    "127.0.0.1/v1",
    "",
  ])("refuses the baseURL %j", async (baseURL) => {
    const error = await failureOf(askAt("", wire.adapter, { baseURL }));
    expect(error).toMatchObject({ code: "INVALID_URL" });
    expect(String(error)).not.toContain("CANARY");
  });

  test("takes a baseURL with a slash at its end", async () => {
    await using server = await playVendor(sending(wire.answer("Hello")));
    await askAt(server.url, wire.adapter, { baseURL: `${server.url}/v1//` });
    expect(server.requests[0]?.url).toBe(wire.path);
  });
});

test.each([
  [responses, "gpt-5"],
  [messages, "claude-opus-4-7"],
])("$adapter refuses a temperature that would not reach the model, and asks nothing", async (wire, model) => {
  await using server = await playVendor(sending(wire.answer("Hello")));
  const counter = askCounter();
  const asking = askAt(server.url, wire.adapter, { model, temperature: 0.3 }, counter);
  await expect(asking).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  expect([counter.asks, server.requests.length]).toEqual([0, 0]);
});

test("anthropic-api refuses a length that the model cannot give", async () => {
  await using server = await playVendor(sending(messages.answer("Hello")));
  const asking = askAt(server.url, messages.adapter, { model: "claude-sonnet-4-5", maxOutputTokens: 100_000 });
  await expect(asking).rejects.toMatchObject({ code: "INVALID_REQUEST" });
});

test("anthropic-api asks for 4096 tokens at most, unless told", async () => {
  await using server = await playVendor(sending(messages.answer("Hello")));
  await askAt(server.url, messages.adapter, { model: "claude-sonnet-4-5" });
  expect(server.requests[0]?.body).toMatchObject({ max_tokens: 4096 });
});

describe("an answer that a filter took is an answer, flagged", () => {
  test.each([responses, completions])("$adapter", async (wire) => {
    await using server = await playVendor(sending(wire.filtered("Hel")));
    expect(await askAt(server.url, wire.adapter)).toMatchObject({ text: "Hel", flags: ["filtered"] });
  });
});

describe("citations are read from the answer's own JSON", () => {
  test.each([
    [
      responses,
      [
        { url: "https://a.example/", title: "A", start: 7, end: 13 },
        { url: "https://a.example/", title: "A again", start: 13, end: 14 },
      ],
    ],
    [messages, [{ url: "https://a.example/", title: "A", start: 7, end: 14 }]],
    [completions, [{ url: "https://a.example/", title: "A", start: 7, end: 14 }, { url: "https://b.example/" }]],
  ])("$adapter", async (wire, citations) => {
    await using server = await playVendor(sending(wire.cited()));
    expect((await askAt(server.url, wire.adapter)).citations).toEqual(citations);
  });

  test("or from the lists beside it", async () => {
    await using server = await playVendor(sending(completions.listed()));
    expect((await askAt(server.url, completions.adapter)).citations).toEqual([
      { url: "https://a.example/", title: "A" },
      { url: "https://b.example/" },
    ]);
  });
});

describe("a response that failed after its status 200", () => {
  test.each([
    ["server_error", "UPSTREAM_ERROR"],
    ["rate_limit_exceeded", "RATE_LIMITED"],
    ["invalid_prompt", "PROMPT_BLOCKED"],
    ["constructor", "UPSTREAM_ERROR"],
  ])("with %s is %s", async (code, expected) => {
    for (const error of [
      { code, message: "sorry" },
      { code, message: "sorry", type: "t" },
    ]) {
      await using server = await playVendor(sending({ id: "r", status: "failed", model: "m", error, output: [] }));
      await expect(askAt(server.url, "openai-api")).rejects.toMatchObject({ code: expected });
    }
  });
});

test("a call of a tool that nobody offered is an empty answer", async () => {
  const call = { id: "call_1", type: "function", function: { name: "search", arguments: "{}" } };
  const said = { role: "assistant", content: null, tool_calls: [call] };
  await using server = await playVendor(
    sending({ id: "1", model: "m", choices: [{ index: 0, message: said, finish_reason: "tool_calls" }] }),
  );
  await expect(askAt(server.url, "openai-compatible")).rejects.toMatchObject({ code: "EMPTY_RESPONSE" });
});

test("an answer that tells neither model nor tokens has none", async () => {
  const said = { role: "assistant", content: "Hello" };
  await using server = await playVendor(sending({ choices: [{ message: said, finish_reason: "stop" }] }));
  const answer = await askAt(server.url, "openai-compatible");
  expect(answer).toMatchObject({ text: "Hello", finishReason: "stop" });
  expect(answer).not.toHaveProperty("model");
  expect(answer).not.toHaveProperty("tokenCount");
});

describe("openai-compatible must be told", () => {
  test.each([
    ["a model", { baseURL: "http://127.0.0.1:9/v1" }],
    ["a model that is one", { baseURL: "http://127.0.0.1:9/v1", model: "" }],
    ["a place", { model: "small" }],
  ])("%s", async (_, settings) => {
    const job = jobOf("openai-compatible", settings);
    const error = await failureOf(createAdapterRegistry().resolve(job).ask(job, contextOf()));
    expect(isBenthamError(error) && error.code).toBe("STUDY_INVALID");
  });
});

test("prints no warning of the AI SDK's", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  for (const wire of wires) {
    await using server = await playVendor(sending(wire.answer("Hello")));
    await askAt(server.url, wire.adapter, { system: "Be brief." });
  }
  await new Promise(setImmediate); // Node tells of warnings a tick later.
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
