import { bearerOf, lastQuestion, memberAt } from "./request-parts.ts";
import { type Finish, type Stamp, tokensOf, type Wire, type WireAsk, type WireEvent } from "./wire.ts";

/** Anthropic's only word for an answer that it holds back is `refusal`. */
const STOP_REASON: Readonly<Record<Finish, string>> = {
  stop: "end_turn",
  length: "max_tokens",
  "content-filter": "refusal",
  refusal: "refusal",
};

/** What Anthropic says with each status. https://docs.anthropic.com/en/api/errors */
const WORDINGS: Readonly<Record<number, readonly [type: string, message: string]>> = {
  400: ["invalid_request_error", "The request body is not valid JSON"],
  401: ["authentication_error", "invalid x-api-key"],
  403: ["permission_error", "Your API key does not have permission to use the specified resource."],
  404: ["not_found_error", "model: not found"],
  413: ["request_too_large", "Request exceeds the maximum size"],
  429: ["rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."],
  500: ["api_error", "Internal server error"],
  504: ["timeout_error", "The request timed out"],
  529: ["overloaded_error", "Overloaded"],
};

/** Anthropic's Messages. https://docs.anthropic.com/en/api/messages */
export const anthropicMessages: Wire = {
  name: "anthropic-messages",
  path: "/v1/messages",
  keyOf(headers) {
    const key = headers["x-api-key"];
    return typeof key === "string" ? key : bearerOf(headers);
  },
  read(body, headers) {
    if (headers["anthropic-version"] === undefined) {
      return { status: 400, message: "anthropic-version: header is required" };
    }
    const model = memberAt(body, "model");
    if (typeof model !== "string") return { status: 400, message: "model: Field required" };
    if (typeof memberAt(body, "max_tokens") !== "number") {
      return { status: 400, message: "max_tokens: Field required" };
    }
    const question = lastQuestion(memberAt(body, "messages"));
    if (question === "") return { status: 400, message: "messages: at least one message is required" };
    return { question, model, stream: memberAt(body, "stream") === true, streamUsage: true };
  },
  answer(ask, { text, finish }, stamp) {
    return {
      ...frame(ask, stamp),
      content: text === "" ? [] : [{ type: "text", text }],
      stop_reason: STOP_REASON[finish],
      stop_sequence: null,
      usage: usageOf(ask, tokensOf(text)),
    };
  },
  *stream(ask, { parts, finish }, stamp) {
    const message = {
      ...frame(ask, stamp),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: usageOf(ask, 1),
    };
    let text = "";
    yield event("message_start", { message });
    yield event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    yield event("ping", {});
    for (const part of parts) {
      text += part;
      yield event("content_block_delta", { index: 0, delta: { type: "text_delta", text: part } });
    }
    yield event("content_block_stop", { index: 0 });
    yield event("message_delta", {
      delta: { stop_reason: STOP_REASON[finish], stop_sequence: null },
      usage: { output_tokens: tokensOf(text) },
    });
    yield event("message_stop", {});
  },
  error({ status, code, message }, { id }) {
    const [type, words] = WORDINGS[status] ?? ["api_error", `The request failed with ${status}`];
    return {
      type: "error",
      error: { type: code ?? type, message: message ?? words },
      request_id: `req_${id}`,
    };
  },
  outOfQuota: { status: 400, message: "Your credit balance is too low to access the Anthropic API." },
  wrongRegion: { status: 403, code: "forbidden", message: "Request not allowed" },
  headers: ({ id, now }, isRateLimited) => ({
    "request-id": `req_${id}`,
    "anthropic-ratelimit-requests-limit": "10000",
    "anthropic-ratelimit-requests-remaining": isRateLimited ? "0" : "9999",
    "anthropic-ratelimit-requests-reset": new Date(now).toISOString(),
  }),
};

function event(type: string, more: object): WireEvent {
  return { event: type, data: { type, ...more } };
}

function frame({ model }: WireAsk, { id }: Stamp): object {
  return { id: `msg_${id}`, type: "message", role: "assistant", model };
}

function usageOf({ question }: WireAsk, outputTokens: number): object {
  return {
    input_tokens: tokensOf(question),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
    service_tier: "standard",
  };
}
