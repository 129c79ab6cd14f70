import { openaiError, openaiHeaders, OUT_OF_QUOTA, WRONG_REGION } from "./openai-error.ts";
import { bearerOf, lastQuestion, memberAt } from "./request-parts.ts";
import { type Finish, type Reply, type Stamp, tokensOf, type Wire, type WireAsk, type WireEvent } from "./wire.ts";

/** Why a response is incomplete; one that stopped or refused is complete. */
const INCOMPLETE: Readonly<Partial<Record<Finish, string>>> = {
  length: "max_output_tokens",
  "content-filter": "content_filter",
};

/** OpenAI's Responses. https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses: Wire = {
  name: "openai-responses",
  path: "/v1/responses",
  keyOf: bearerOf,
  read(body) {
    const model = memberAt(body, "model");
    if (typeof model !== "string") {
      return { status: 400, code: "missing_required_parameter", message: "Missing required parameter: 'model'." };
    }
    const question = lastQuestion(memberAt(body, "input"));
    if (question === "") {
      return { status: 400, code: "missing_required_parameter", message: "Missing required parameter: 'input'." };
    }
    return { question, model, stream: memberAt(body, "stream") === true, streamUsage: true };
  },
  answer: (ask, reply, stamp) => ended(ask, reply, stamp),
  *stream(ask, { parts, finish }, stamp) {
    let sequence = 0;
    const event = (type: string, more: object): WireEvent => ({
      event: type,
      data: { type, sequence_number: sequence++, ...more },
    });
    const isRefusal = finish === "refusal";
    const kind = isRefusal ? "refusal" : "output_text";
    const logprobs = isRefusal ? {} : { logprobs: [] };
    const item = itemOf(stamp, "in_progress", []);
    const place = { item_id: item.id, output_index: 0, content_index: 0 };
    const begun = frame(ask, stamp, "in_progress");
    let text = "";

    yield event("response.created", { response: begun });
    yield event("response.in_progress", { response: begun });
    yield event("response.output_item.added", { output_index: 0, item });
    yield event("response.content_part.added", { ...place, part: partOf({ text: "", finish }) });
    for (const delta of parts) {
      text += delta;
      yield event(`response.${kind}.delta`, { ...place, delta, ...logprobs });
    }
    const reply = { text, finish };
    const whole = ended(ask, reply, stamp);
    yield event(`response.${kind}.done`, { ...place, [isRefusal ? "refusal" : "text"]: text, ...logprobs });
    yield event("response.content_part.done", { ...place, part: partOf(reply) });
    yield event("response.output_item.done", { output_index: 0, item: memberAt(whole, "output", 0) });
    yield event(INCOMPLETE[finish] === undefined ? "response.completed" : "response.incomplete", { response: whole });
  },
  error: openaiError,
  outOfQuota: OUT_OF_QUOTA,
  wrongRegion: WRONG_REGION,
  headers: openaiHeaders,
};

function ended(ask: WireAsk, reply: Reply, stamp: Stamp): object {
  const reason = INCOMPLETE[reply.finish];
  const status = reason === undefined ? "completed" : "incomplete";
  const [input, output] = [tokensOf(ask.question), tokensOf(reply.text)];
  return {
    ...frame(ask, stamp, status),
    incomplete_details: reason === undefined ? null : { reason },
    output: [itemOf(stamp, status, [partOf(reply)])],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

function frame({ model }: WireAsk, { id, now }: Stamp, status: string): object {
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: Math.floor(now / 1000),
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
    usage: null,
  };
}

function itemOf({ id }: Stamp, status: string, content: readonly object[]): { readonly id: string } {
  const item = { type: "message", id: `msg_${id}`, status, role: "assistant", content };
  return item;
}

function partOf({ text, finish }: Reply): object {
  if (finish === "refusal") return { type: "refusal", refusal: text };
  return { type: "output_text", text, annotations: [], logprobs: [] };
}
