import { type Answer, type AnswerFlag, BenthamError } from "@bentham/core";
import type { generateText } from "ai";
import type { AnswerReading } from "./api-vendor.ts";

/** What the AI SDK makes of an answer. */
export type Generated = Awaited<ReturnType<typeof generateText>>;

/**
 * Tells whether what was generated is an answer, and flags it. A refusal, a filtered answer and one cut by its length are
 * answers.
 *
 * @throws BenthamError EMPTY_RESPONSE when it says nothing, TRUNCATED_RESPONSE when it broke off, MALFORMED_RESPONSE when
 *   it does not say how it ended; what there is of the text is kept in the error.
 */
export function judgeAnswer(generated: Generated, reading: AnswerReading): Omit<Answer, "responseTimeMs"> {
  const { text, finishReason, rawFinishReason, usage } = generated;
  const flags: AnswerFlag[] = reading.isRefused ? ["refused"] : [];
  const ending = reading.unfinished ?? rawFinishReason ?? finishReason;
  if (reading.unfinished !== undefined) throw brokenOff(ending, text);
  switch (finishReason) {
    case "stop":
    case "tool-calls":
      if (text === "" && !reading.isRefused) {
        throw new BenthamError("EMPTY_RESPONSE", `the surface answered with no text (it ended with "${ending}")`);
      }
      break;
    case "length":
      flags.push("truncated");
      break;
    case "content-filter":
      if (!reading.isRefused) flags.push("filtered");
      break;
    case "interrupted":
    case "error":
      throw brokenOff(ending, text);
    default:
      throw new BenthamError("MALFORMED_RESPONSE", `the answer ended in a way that is not known: "${ending}"`, {
        partialText: text,
      });
  }
  return {
    text,
    finishReason: ending,
    ...(usage.outputTokens === undefined ? {} : { tokenCount: usage.outputTokens }),
    ...(usage.inputTokens === undefined ? {} : { inputTokens: usage.inputTokens }),
    ...(reading.model === undefined ? {} : { model: reading.model }),
    ...(flags.length === 0 ? {} : { flags }),
    ...(reading.citations.length === 0 ? {} : { citations: reading.citations }),
  };
}

function brokenOff(ending: string, text: string): BenthamError {
  return new BenthamError("TRUNCATED_RESPONSE", `the answer broke off: it ended with "${ending}"`, {
    partialText: text,
  });
}
