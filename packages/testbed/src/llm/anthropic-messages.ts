import { lastOf, memberAt, tokensOf, type Wire, type WireAsk, type WireEvent } from "./wire.ts";

const TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
  500: "api_error",
  529: "overloaded_error",
};

/** Anthropic's Messages. */
export const anthropicMessages: Wire = {
  name: "anthropic-messages",
  path: "/v1/messages",
  keyOf: (headers) => (typeof headers["x-api-key"] === "string" ? headers["x-api-key"] : undefined),
  read(body) {
    const question = lastOf(memberAt(body, "messages"), "user");
    if (question === "") return undefined;
    return { question, model: String(memberAt(body, "model")), stream: memberAt(body, "stream") === true };
  },
  answer: (ask, text, id) => message(ask, text, id, "end_turn"),
  refusal: (ask, text, id) => message(ask, text, id, "refusal"),
  stream(ask, chunks, id) {
    const text = chunks.join("");
    const start = { ...message(ask, "", id, "end_turn"), content: [], stop_reason: null };
    return [
      event("message_start", { message: start }),
      event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
      ...chunks.map((chunk) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text: chunk } })),
      event("content_block_stop", { index: 0 }),
      event("message_delta", {
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: tokensOf(text) },
      }),
      event("message_stop", {}),
    ];
  },
  error: (status, _code, text) => ({ type: "error", error: { type: TYPES[status] ?? "api_error", message: text } }),
};

function event(type: string, more: object): WireEvent {
  return { event: type, data: { type, ...more } };
}

function message(ask: WireAsk, text: string, id: string, stopReason: string): object {
  return {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model: ask.model,
    content: [{ type: "text", text }],
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: tokensOf(ask.question), output_tokens: tokensOf(text) },
  };
}
