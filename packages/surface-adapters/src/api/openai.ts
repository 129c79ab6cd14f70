import { BenthamError, type Citation, type ErrorCode } from "@bentham/core";
import type { AnswerReading, ApiVendor } from "./api-vendor.ts";
import { itemsOf, memberOf, textOf } from "./json-parts.ts";
import { urlCitationOf } from "./url-citation.ts";

/**
 * OpenAI's own API, by its Responses API: every current model answers there, some nowhere else, and it is the one that
 * tells refusals, web search and citations apart. Servers that speak Chat Completions are asked by `openai-compatible`.
 */
export const openai: ApiVendor = {
  name: "openai-api",
  version: "1",
  defaultCredentialPool: "openai",
  defaultBaseURL: "https://api.openai.com/v1",
  defaultModel: "gpt-5",
  maxOutputTokensMember: "max_output_tokens",

  async model(connection, model) {
    const { createOpenAI } = await import("@ai-sdk/openai");
    return createOpenAI(connection).responses(model);
  },
  read,
  textIn,
  failureIn,
};

/** A refusal is the text of an answer that says no. */
function textIn(body: unknown): string | undefined {
  const messages = itemsOf(memberOf(body, "output")).filter((item) => memberOf(item, "type") === "message");
  const parts = messages.flatMap((message) => itemsOf(memberOf(message, "content")));
  const texts = parts.map((part) => textOf(memberOf(part, "text")) ?? textOf(memberOf(part, "refusal")) ?? "");
  return parts.length === 0 ? undefined : texts.join("");
}

/** Statuses of a response that holds a whole answer, or as much as its limits let through. */
const ENDED = ["completed", "incomplete"];

function read(body: unknown): AnswerReading {
  const citations: Citation[] = [];
  let isRefused = false;
  let length = 0;
  const messages = itemsOf(memberOf(body, "output")).filter((item) => memberOf(item, "type") === "message");
  for (const part of messages.flatMap((message) => itemsOf(memberOf(message, "content")))) {
    if (memberOf(part, "type") === "refusal") isRefused = true;
    for (const annotation of itemsOf(memberOf(part, "annotations"))) {
      if (memberOf(annotation, "type") === "url_citation") citations.push(...urlCitationOf(annotation, length));
    }
    length += (textOf(memberOf(part, "text")) ?? textOf(memberOf(part, "refusal")) ?? "").length;
  }
  const status = textOf(memberOf(body, "status"));
  return {
    model: textOf(memberOf(body, "model")),
    isRefused,
    citations,
    unfinished: status === undefined || ENDED.includes(status) ? undefined : status,
  };
}

/** What the codes of a failed response mean; any other is trouble of the server's. */
const FAILURES: Readonly<Record<string, ErrorCode>> = {
  rate_limit_exceeded: "RATE_LIMITED",
  invalid_prompt: "PROMPT_BLOCKED",
};

/** A response can fail after its status 200 was sent; the AI SDK takes that for a bad request or a bad shape. */
function failureIn(body: unknown): BenthamError | undefined {
  const code = textOf(memberOf(body, "error", "code"));
  if (code === undefined) return undefined;
  const known = Object.hasOwn(FAILURES, code) ? FAILURES[code] : undefined;
  const message = textOf(memberOf(body, "error", "message")) ?? "no message";
  return new BenthamError(known ?? "UPSTREAM_ERROR", `the response failed with ${code}: ${message}`);
}
