import { openaiError, openaiHeaders, OUT_OF_QUOTA, WRONG_REGION } from "./openai-error.ts";
import { bearerOf, lastQuestion, memberAt } from "./request-parts.ts";
import { type Finish, type Stamp, tokensOf, type Wire, type WireAsk, type WireEvent } from "./wire.ts";

/** OpenAI has no word for a refusal: the message says that it is one. */
const FINISH: Readonly<Record<Finish, string>> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  refusal: "stop",
};

/** OpenAI's Chat Completions, which most other servers speak too. https://platform.openai.com/docs/api-reference/chat */
export const openaiChat: Wire = {
  name: "openai-chat",
  path: "/v1/chat/completions",
  keyOf: bearerOf,
  read(body) {
    const model = memberAt(body, "model");
    if (typeof model !== "string") return { status: 400, message: "you must provide a model parameter" };
    const question = lastQuestion(memberAt(body, "messages"));
    if (question === "") {
      return { status: 400, code: "missing_required_parameter", message: "Missing required parameter: 'messages'." };
    }
    return {
      question,
      model,
      stream: memberAt(body, "stream") === true,
      streamUsage: memberAt(body, "stream_options", "include_usage") === true,
    };
  },
  answer(ask, { text, finish }, stamp) {
    const isRefusal = finish === "refusal";
    const message = {
      role: "assistant",
      content: isRefusal ? null : text,
      refusal: isRefusal ? text : null,
      annotations: [],
    };
    return {
      ...frame(ask, stamp, "chat.completion"),
      choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[finish] }],
      usage: usageOf(ask, text),
    };
  },
  *stream(ask, { parts, finish }, stamp) {
    const member = finish === "refusal" ? "refusal" : "content";
    let text = "";
    yield chunk(ask, stamp, { role: "assistant", content: "", refusal: null });
    for (const part of parts) {
      text += part;
      yield chunk(ask, stamp, { [member]: part });
    }
    yield chunk(ask, stamp, {}, FINISH[finish]);
    // OpenAI sends the usage in a chunk without choices.
    if (ask.streamUsage) yield { data: { ...chunkFrame(ask, stamp), choices: [], usage: usageOf(ask, text) } };
    yield { data: "[DONE]" };
  },
  error: openaiError,
  outOfQuota: OUT_OF_QUOTA,
  wrongRegion: WRONG_REGION,
  headers: openaiHeaders,
};

function chunk(ask: WireAsk, stamp: Stamp, delta: object, finish: string | null = null): WireEvent {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return { data: { ...chunkFrame(ask, stamp), choices } };
}

function chunkFrame(ask: WireAsk, stamp: Stamp): object {
  return { ...frame(ask, stamp, "chat.completion.chunk"), ...(ask.streamUsage ? { usage: null } : {}) };
}

function frame({ model }: WireAsk, { id, now }: Stamp, object: string): object {
  return {
    id: `chatcmpl-${id}`,
    object,
    created: Math.floor(now / 1000),
    model,
    service_tier: "default",
    system_fingerprint: "fp_testbed",
  };
}

function usageOf(ask: WireAsk, text: string): object {
  const [input, output] = [tokensOf(ask.question), tokensOf(text)];
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}
