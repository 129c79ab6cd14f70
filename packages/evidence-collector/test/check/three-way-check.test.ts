import { describe, expect, it, test } from "vitest";
import { networkText } from "../../src/check/network-text.ts";
import { type TextRecord, threeWayCheck } from "../../src/check/three-way-check.ts";
import type { Exchange } from "../../src/exchange/exchange.ts";

function record(text: string): TextRecord {
  return { source: "somewhere", text };
}

const NONE: TextRecord = { reason: "nobody looked" };

function anExchange(body: string, part: Partial<Exchange> = {}): Exchange {
  const bytes = Buffer.from(body);
  return {
    request: { method: "POST", url: "http://host/api/ask", headers: [] },
    response: { status: 200, statusText: "OK", headers: [], body: { length: bytes.length, bytes } },
    startedAt: new Date(0),
    waitMs: 0,
    receiveMs: 0,
    ending: "complete",
    ...part,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const delta = (value: unknown): string | undefined =>
  isRecord(value) && typeof value["delta"] === "string" ? value["delta"] : undefined;

describe("a text and its records are", () => {
  test("equal, exactly", () => {
    const { network } = threeWayCheck("Zürich\n東京", record("Zürich\n東京"), NONE);
    expect(network).toEqual({ state: "equal", source: "somewhere", isExact: true });
  });

  test.each([
    ["white space and line ends", "one\n two", "one\r\n\r\ntwo  "],
    ["forms of one character", "ﬁne caf\u0065\u0301", "fine caf\u00e9"],
    ["marks of Markdown", "Shoes\nred\nblue\nbold and code", "## Shoes\n- red\n- blue\n\n**bold** and `code`"],
    ["numbers of a list", "first\nsecond", "1. first\n2) second"],
    ["links", "See the test or this.", 'See [the test](https://example.com/a_(b)?c=1 "T") or [this][1].'],
    ["fences", "let x = 1", "```js\nlet x = 1\n```"],
    ["references", "a & b < c", "a &amp; b &lt; c"],
    ["quotations", "said", "> > said"],
  ])("equal but for %s", (_, page, markdown) => {
    expect(threeWayCheck(page, record(markdown), NONE).network).toMatchObject({ state: "equal", isExact: false });
  });

  test.each([
    ["a word", "The Alpha lasts longest.", "The Omega lasts longest.", "Alpha", "Omega"],
    ["a digit", "It costs 120 euros.", "It costs 720 euros.", "120", "720"],
    ["its end", "All of it. And more.", "All of it.", "And more.", ""],
    ["an emoji", "Good 👍", "Good 👎", "👍", "👎"],
    ["case", "Polish shoes", "polish shoes", "Polish", "polish"],
  ])("different by %s, which is shown", (_, result, page, ours, theirs) => {
    const compared = threeWayCheck(result, NONE, record(page)).page;
    if (compared.state !== "different") throw new Error(compared.state);
    expect(compared.result).toContain(ours);
    expect(compared.record).toContain(theirs);
    expect(compared.result).not.toBe(compared.record);
  });

  test("not to be compared where there is none, and say why", () => {
    expect(threeWayCheck("x", NONE, NONE).page).toEqual({ state: "not-available", reason: "nobody looked" });
  });

  it("takes a hostile text in no time", () => {
    for (const text of ["[".repeat(200_000), "[a](".repeat(50_000), "> ".repeat(100_000), "&amp".repeat(100_000)]) {
      expect(threeWayCheck(text, record(`${text}a`), NONE).network.state).toBe("different");
    }
  }, 10_000);
});

describe("the text in the network record", () => {
  const stream = ['data: {"delta":"Hel"}', 'data: {"delta":"lo"}', "data: [DONE]", ""].join("\n\n");

  test.each([
    ["JSON", '{"delta":"Hello"}'],
    ["the events of a stream", stream],
    ["events with other line ends", stream.replaceAll("\n", "\r\n")],
    ["lines", '{"delta":"Hel"}\n{"delta":"lo"}\n'],
  ])("is read out of %s", (_, body) => {
    expect(networkText([anExchange(body)], "?", { textIn: delta })).toEqual({ source: "exchange 1", text: "Hello" });
  });

  test("is read out of what came over a WebSocket", () => {
    const messages = [
      { isSent: true, at: new Date(0), opcode: 1, bytes: Buffer.from('{"delta":"no"}') },
      { isSent: false, at: new Date(0), opcode: 1, bytes: Buffer.from('{"delta":"Hello"}') },
    ];
    const exchange = anExchange("", { messages });
    expect(networkText([exchange], "?", { textIn: delta })).toMatchObject({ text: "Hello" });
  });

  test("is that of the last request that asks", () => {
    const other = anExchange('{"delta":"other"}', { request: { method: "GET", url: "http://host/x", headers: [] } });
    const exchanges = [anExchange('{"delta":"first"}'), anExchange('{"delta":"second"}'), other];
    const reading = { path: "/api/ask", textIn: delta };
    expect(networkText(exchanges, "?", reading)).toEqual({ source: "exchange 2", text: "second" });
  });

  test("is found without being told where, whole or in the pieces of a stream", () => {
    const body = 'data: {"v":[{"p":"The **Alpha** "}]}\n\ndata: {"v":[{"p":"lasts."}],"x":"noise"}\n\n';
    expect(networkText([anExchange(body)], "The Alpha lasts.", {})).toEqual({
      source: "exchange 1",
      text: "The Alpha lasts.",
    });
    expect(networkText([anExchange(body)], "The Omega lasts.", {})).toHaveProperty("reason");
  });

  test.each([
    ["nothing was recorded", [], "no request that asks was recorded"],
    ["it is no JSON", [anExchange("<p>Hello</p>")], "exchange 1 holds no JSON that could be read"],
    ["it holds no text", [anExchange('{"text":"Hello"}')], "exchange 1 holds no text where the surface's should be"],
  ])("is not to be had where %s", (_, exchanges, reason) => {
    expect(networkText(exchanges, "?", { textIn: delta })).toEqual({ reason });
  });

  test("is looked for in JSON of any depth without harm", () => {
    const deep = `${"[".repeat(50_000)}"Hello"${"]".repeat(50_000)}`;
    expect(networkText([anExchange(deep)], "Hello", {})).toHaveProperty("reason");
  });
});
