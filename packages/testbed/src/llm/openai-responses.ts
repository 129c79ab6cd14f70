import { openaiError } from "./openai-error.ts";
import { bearerOf, lastOf, memberAt, tokensOf, type Wire, type WireAsk } from "./wire.ts";

/** OpenAI's Responses. */
export const openaiResponses: Wire = {
  name: "openai-responses",
  path: "/v1/responses",
  keyOf: bearerOf,
  read(body) {
    const question = lastOf(memberAt(body, "input"), "user");
    if (question === "") return undefined;
    return { question, model: String(memberAt(body, "model")), stream: memberAt(body, "stream") === true };
  },
  answer: (ask, text, id) => response(ask, id, { type: "output_text", text, annotations: [], logprobs: [] }, text),
  refusal: (ask, text, id) => response(ask, id, { type: "refusal", refusal: text }, text),
  stream(ask, chunks, id) {
    const text = chunks.join("");
    const whole = this.answer(ask, text, id);
    const item = { type: "message", id: `msg_${id}`, role: "assistant", status: "in_progress", content: [] };
    let sequence = 0;
    const event = (type: string, more: object): { event: string; data: object } => ({
      event: type,
      data: { type, sequence_number: sequence++, ...more },
    });
    const place = { item_id: item.id, output_index: 0, content_index: 0 };
    return [
      event("response.created", { response: { ...whole, status: "in_progress", output: [] } }),
      event("response.output_item.added", { output_index: 0, item }),
      ...chunks.map((delta) => event("response.output_text.delta", { ...place, delta, logprobs: [] })),
      event("response.output_item.done", { output_index: 0, item: memberAt(whole, "output", 0) }),
      event("response.completed", { response: whole }),
    ];
  },
  error: openaiError,
};

function response(ask: WireAsk, id: string, part: object, text: string): object {
  const [input, output] = [tokensOf(ask.question), tokensOf(text)];
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: 1_700_000_000,
    status: "completed",
    error: null,
    incomplete_details: null,
    model: ask.model,
    output: [{ type: "message", id: `msg_${id}`, status: "completed", role: "assistant", content: [part] }],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}
