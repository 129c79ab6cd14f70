import type { Citation } from "@bentham/core";
import type { AnswerReading, ApiVendor } from "./api-vendor.ts";
import { itemsOf, memberOf, textOf } from "./json-parts.ts";

/** Anthropic's Messages API. */
export const anthropic: ApiVendor = {
  name: "anthropic-api",
  version: "1",
  defaultCredentialPool: "anthropic",
  defaultBaseURL: "https://api.anthropic.com/v1",
  defaultModel: "claude-sonnet-4-5",
  maxOutputTokensMember: "max_tokens",
  // The API demands a number, and the AI SDK has one per model that changes with its version, 128,000 for some. All
  // models can give this many, and a longer answer is flagged as truncated.
  defaultMaxOutputTokens: 4096,

  async model(connection, model) {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    return createAnthropic(connection).messages(model);
  },
  read,
  textIn,
};

function textIn(body: unknown): string | undefined {
  const blocks = itemsOf(memberOf(body, "content")).filter((block) => memberOf(block, "type") === "text");
  return blocks.length === 0 ? undefined : blocks.map((block) => textOf(memberOf(block, "text")) ?? "").join("");
}

function read(body: unknown): AnswerReading {
  const citations: Citation[] = [];
  let length = 0;
  for (const block of itemsOf(memberOf(body, "content"))) {
    const text = memberOf(block, "type") === "text" ? (textOf(memberOf(block, "text")) ?? "") : "";
    const place = { start: length, end: length + text.length };
    for (const citation of itemsOf(memberOf(block, "citations"))) {
      const url = textOf(memberOf(citation, "url"));
      const title = textOf(memberOf(citation, "title"));
      if (url !== undefined) citations.push({ url, ...(title === undefined ? {} : { title }), ...place });
    }
    length = place.end;
  }
  const stopReason = memberOf(body, "stop_reason");
  return {
    model: textOf(memberOf(body, "model")),
    isRefused: stopReason === "refusal",
    citations,
    // A turn that pauses wants to be sent back and goes on; the AI SDK takes it for an end.
    unfinished: stopReason === "pause_turn" ? stopReason : undefined,
  };
}
