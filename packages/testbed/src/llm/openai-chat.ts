import { bearerOf, lastOf, memberAt, tokensOf, type Wire, type WireAsk } from "./wire.ts";
import { openaiError } from "./openai-error.ts";

/** OpenAI's Chat Completions, which most other servers speak too. */
export const openaiChat: Wire = {
  name: "openai-chat",
  path: "/v1/chat/completions",
  keyOf: bearerOf,
  read(body) {
    const question = lastOf(memberAt(body, "messages"), "user");
    if (question === "") return undefined;
    return { question, model: String(memberAt(body, "model")), stream: memberAt(body, "stream") === true };
  },
  answer: (ask, text, id) => completion(ask, id, { role: "assistant", content: text, refusal: null }, text),
  refusal: (ask, text, id) => completion(ask, id, { role: "assistant", content: null, refusal: text }, text),
  stream(ask, chunks, id) {
    const chunk = (choices: unknown[], more: object = {}): object => ({
      id: `chatcmpl-${id}`,
      object: "chat.completion.chunk",
      created: 1_700_000_000,
      model: ask.model,
      choices,
      ...more,
    });
    return [
      { data: chunk([delta({ role: "assistant", content: "" })]) },
      ...chunks.map((content) => ({ data: chunk([delta({ content })]) })),
      { data: chunk([delta({}, "stop")]) },
      { data: chunk([], { usage: usageOf(ask, chunks.join("")) }) },
      { data: "[DONE]" },
    ];
  },
  error: openaiError,
};

function delta(content: object, finish: string | null = null): object {
  return { index: 0, delta: content, finish_reason: finish };
}

function completion(ask: WireAsk, id: string, message: object, text: string): object {
  return {
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created: 1_700_000_000,
    model: ask.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: "stop" }],
    usage: usageOf(ask, text),
  };
}

function usageOf(ask: WireAsk, text: string): object {
  const [prompt, completionTokens] = [tokensOf(ask.question), tokensOf(text)];
  return { prompt_tokens: prompt, completion_tokens: completionTokens, total_tokens: prompt + completionTokens };
}
