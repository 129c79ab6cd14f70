import { type Answer, scrubSecrets, type Secret } from "@bentham/core";

/** The answer without any of `secrets` in it: a surface may say again what it was sent. */
export function scrubAnswer(answer: Answer, secrets: readonly Secret[]): Answer {
  if (secrets.length === 0) return answer;
  const scrub = (text: string): string => scrubSecrets(text, secrets);
  return {
    ...answer,
    text: scrub(answer.text),
    ...(answer.model === undefined ? {} : { model: scrub(answer.model) }),
    ...(answer.finishReason === undefined ? {} : { finishReason: scrub(answer.finishReason) }),
    ...(answer.citations === undefined
      ? {}
      : {
          citations: answer.citations.map((citation) => ({
            ...citation,
            url: scrub(citation.url),
            ...(citation.title === undefined ? {} : { title: scrub(citation.title) }),
          })),
        }),
  };
}
