import type { Citation } from "@bentham/core";
import type { AnswerReading, ApiVendor } from "./api-vendor.ts";
import { itemsOf, memberOf, textOf } from "./json-parts.ts";
import { urlCitationOf } from "./url-citation.ts";

/** Any server that speaks OpenAI's Chat Completions: vLLM, LM Studio, Ollama, and most other vendors. */
export const openaiCompatible: ApiVendor = {
  name: "openai-compatible",
  version: "1",
  requiresBaseURL: true,
  maxOutputTokensMember: "max_tokens",

  async model(connection, model) {
    const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
    return createOpenAICompatible({ ...connection, name: "openai-compatible" }).chatModel(model);
  },
  read,
  textIn,
};

function textIn(body: unknown): string | undefined {
  const message = memberOf(itemsOf(memberOf(body, "choices"))[0], "message");
  return textOf(memberOf(message, "content")) ?? textOf(memberOf(message, "refusal"));
}

function read(body: unknown): AnswerReading {
  const message = memberOf(itemsOf(memberOf(body, "choices"))[0], "message");
  const annotated = itemsOf(memberOf(message, "annotations")).flatMap((annotation) =>
    urlCitationOf(memberOf(annotation, "url_citation"), 0),
  );
  return {
    model: textOf(memberOf(body, "model")),
    isRefused: (textOf(memberOf(message, "refusal")) ?? "") !== "",
    citations: annotated.length > 0 ? annotated : listedCitations(body),
  };
}

/** Perplexity lists its sources beside the answer: all URLs in `citations`, their titles in `search_results`. */
function listedCitations(body: unknown): Citation[] {
  const results = itemsOf(memberOf(body, "search_results")).flatMap((result) => urlCitationOf(result, 0));
  const cited = itemsOf(memberOf(body, "citations")).flatMap((url) => (typeof url === "string" ? [{ url }] : []));
  if (cited.length === 0) return results;
  return cited.map((citation) => results.find((result) => result.url === citation.url) ?? citation);
}
