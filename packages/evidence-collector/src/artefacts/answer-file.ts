import { canonicalJson, type Json, type RecordingEnding } from "@bentham/core";
import type { Redactor } from "../redact/redactor.ts";
import type { Artefact } from "./artefact.ts";

/**
 * What was answered: the text exactly, lone surrogates and all, which only JSON can hold, beside what the surface told of
 * it. Of an answer that broke off, what there was of it. Absent where there is neither.
 */
export function answerFile({ answer, partialText }: RecordingEnding, redactor: Redactor): Artefact | undefined {
  if (!answer && partialText === undefined) return undefined;
  const content: Json = answer
    ? {
        text: answer.text,
        responseTimeMs: answer.responseTimeMs,
        tokenCount: answer.tokenCount,
        inputTokens: answer.inputTokens,
        model: answer.model,
        finishReason: answer.finishReason,
        flags: answer.flags,
        citations: answer.citations?.map(({ url, title, start, end }) => ({ url, title, start, end })),
      }
    : { partialText };
  const bytes = Buffer.from(canonicalJson(redactor.json(content, "answer")));
  return { path: "data/answer.json", mediaType: "application/json", bytes };
}
