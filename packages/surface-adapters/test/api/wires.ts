/** How one vendor's API writes what the tests need. Shapes follow the vendors' API references of November 2026. */
export interface Wire {
  readonly adapter: string;
  readonly pool: string;
  readonly path: string;
  /** The header that carries the key `KEY`, and what it then holds. */
  readonly keyHeader: readonly [name: string, value: string];
  /** The request's member that bounds the answer. */
  readonly maxOutputTokens: string;
  /** The vendor's own word for an answer that came to its end. */
  readonly ended: string;
  /** An answer in one part. */
  answer(text: string): object;
  /** An answer that its limit cut off. */
  truncated(text: string): object;
  /** An answer that a filter took. */
  filtered(text: string): object;
  /** An answer that says no. */
  refusal(text: string): object;
  /** An answer with no text in it. */
  empty(): object;
  /** An answer that says it has not come to its end, and what the adapter makes of it. */
  readonly unfinished: readonly [body: object, code: string];
  /** An error. */
  error(code: string): object;
}

const response = (content: readonly object[], rest: object = {}): object => ({
  id: "resp_1",
  object: "response",
  created_at: 1_795_000_000,
  status: "completed",
  model: "served-model",
  output: [
    { type: "reasoning", id: "rs_1", summary: [] },
    { type: "message", id: "msg_1", role: "assistant", status: "completed", content },
  ],
  usage: { input_tokens: 5, output_tokens: 7, total_tokens: 12 },
  ...rest,
});
const outputText = (text: string, annotations: readonly object[] = []): object => ({
  type: "output_text",
  text,
  annotations,
});

export const responses: Wire & { cited(): object } = {
  adapter: "openai-api",
  pool: "openai",
  path: "/v1/responses",
  keyHeader: ["authorization", "Bearer KEY"],
  maxOutputTokens: "max_output_tokens",
  ended: "stop",
  answer: (text) => response([outputText(text)]),
  truncated: (text) =>
    response([outputText(text)], { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }),
  filtered: (text) =>
    response([outputText(text)], { status: "incomplete", incomplete_details: { reason: "content_filter" } }),
  refusal: (text) => response([{ type: "refusal", refusal: text }]),
  empty: () => response([]),
  unfinished: [response([outputText("half")], { status: "in_progress" }), "TRUNCATED_RESPONSE"],
  error: (code) => ({ error: { message: `it is ${code}`, type: "error", code, param: null } }),
  cited: () =>
    response([
      outputText("First. ", [{ type: "file_citation", file_id: "f", filename: "f", index: 1 }]),
      outputText("Second.", [
        { type: "url_citation", url: "https://a.example/", title: "A", start_index: 0, end_index: 6 },
        { type: "url_citation", url: "https://a.example/", title: "A again", start_index: 6, end_index: 7 },
      ]),
    ]),
};

const message = (content: readonly object[], stop: string): object => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "served-model",
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 5, output_tokens: 7 },
});

export const messages: Wire & { cited(): object } = {
  adapter: "anthropic-api",
  pool: "anthropic",
  path: "/v1/messages",
  keyHeader: ["x-api-key", "KEY"],
  maxOutputTokens: "max_tokens",
  ended: "end_turn",
  answer: (text) => message([{ type: "text", text }], "end_turn"),
  truncated: (text) => message([{ type: "text", text }], "max_tokens"),
  filtered: () => message([], "refusal"),
  refusal: (text) => message([{ type: "text", text }], "refusal"),
  empty: () => message([], "end_turn"),
  unfinished: [message([{ type: "text", text: "half" }], "pause_turn"), "TRUNCATED_RESPONSE"],
  error: (code) => ({ type: "error", error: { type: code, message: `it is ${code}` }, request_id: "req_1" }),
  cited: () =>
    message(
      [
        { type: "text", text: "First. " },
        {
          type: "text",
          text: "Second.",
          citations: [
            {
              type: "web_search_result_location",
              url: "https://a.example/",
              title: "A",
              cited_text: "a",
              encrypted_index: "x",
            },
            {
              type: "char_location",
              document_index: 0,
              document_title: "D",
              cited_text: "d",
              start_char_index: 0,
              end_char_index: 1,
            },
          ],
        },
        { type: "text", text: " Third." },
      ],
      "end_turn",
    ),
};

const completion = (said: object, finish: string | null, rest: object = {}): object => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_795_000_000,
  model: "served-model",
  choices: [{ index: 0, message: { role: "assistant", ...said }, finish_reason: finish }],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  ...rest,
});

export const completions: Wire & { cited(): object; listed(): object } = {
  adapter: "openai-compatible",
  pool: "team",
  path: "/v1/chat/completions",
  keyHeader: ["authorization", "Bearer KEY"],
  maxOutputTokens: "max_tokens",
  ended: "stop",
  answer: (text) => completion({ content: text }, "stop"),
  truncated: (text) => completion({ content: text }, "length"),
  filtered: (text) => completion({ content: text }, "content_filter"),
  refusal: (text) => completion({ content: null, refusal: text }, "stop"),
  empty: () => completion({ content: "" }, "stop"),
  unfinished: [completion({ content: "half" }, null), "MALFORMED_RESPONSE"],
  error: (code) => ({ error: { message: `it is ${code}`, type: "error", code, param: null } }),
  cited: () =>
    completion(
      {
        content: "First. Second.",
        annotations: [
          {
            type: "url_citation",
            url_citation: { url: "https://a.example/", title: "A", start_index: 7, end_index: 14 },
          },
          { type: "url_citation", url_citation: { url: "https://b.example/" } },
          { type: "url_citation", url_citation: { url: 7 } },
        ],
      },
      "stop",
    ),
  listed: () =>
    completion({ content: "First." }, "stop", {
      citations: ["https://a.example/", "https://b.example/"],
      search_results: [{ title: "A", url: "https://a.example/", date: "2026-01-01" }],
    }),
};

export const wires: readonly Wire[] = [responses, messages, completions];
