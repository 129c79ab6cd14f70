import { answerTo } from "../llm/answer-to.ts";

/**
 * What the chat answers: `answerTo` the question, with a table, a numbered list and a link, and the question itself,
 * every character of it, in a code block. A function of the question alone.
 */
export function chatAnswerTo(question: string): string {
  const fences = question.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...fences.map(({ length }) => length + 1)));
  return [
    answerTo(question),
    "| part | value |\n|---|---|\n| length | `" + question.length + "` |\n| **kind** | chat |",
    "1. First\n2. Then [the testbed](https://testbed.example/about)",
    `${fence}\n${question}\n${fence}`,
  ].join("\n\n");
}
