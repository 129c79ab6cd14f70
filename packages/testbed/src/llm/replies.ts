import { answerTo } from "./answer-to.ts";
import { REFUSAL } from "./scenario.ts";
import type { Finish, Reply } from "./wire.ts";

/** How much is said, in code points, when the answer was too long. */
const TOO_LONG = 100;

/** An answer, and what is said in it unless the scenario has words of its own. */
export function replyOf(question: string, finish: Exclude<Finish, "refusal"> = "stop", text?: string): Reply {
  return { text: text ?? usualText(answerTo(question), finish), finish };
}

/** A refusal, which is an answer of its kind. */
export const refusal: Reply = { text: REFUSAL, finish: "refusal" };

function usualText(whole: string, finish: Exclude<Finish, "refusal">): string {
  switch (finish) {
    case "stop":
      return whole;
    case "length":
      return Array.from(whole).slice(0, TOO_LONG).join("");
    case "content-filter":
      return "";
  }
}

/** This many times 2^20 letters x. */
export function* lettersOf(megabytes: number): Generator<string> {
  const part = "x".repeat(2 ** 16);
  for (let left = Math.round(megabytes * 16); left > 0; left--) yield part;
}

/** Words for as long as somebody takes them. */
export function* wordsWithoutEnd(): Generator<string> {
  for (;;) yield "and ";
}
