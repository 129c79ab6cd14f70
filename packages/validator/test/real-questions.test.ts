import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isErrorPage } from "../src/is-error-page.ts";
import { judgeLanguage } from "../src/judge-language.ts";

interface Question {
  readonly text: string;
  readonly language: string;
}

/** Real questions lie beside the project, not in it. */
function questionsOf(name: string, language?: string): Question[] | undefined {
  const file = new URL(`../../../../shared/data/questions/${name}.jsonl`, import.meta.url);
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.map((line) => ({ language, ...JSON.parse(line) }));
}

function countOf(
  questions: readonly Question[],
  language: (question: Question) => string,
): Record<"fitting" | "undecided" | "other", number> {
  const counts = { fitting: 0, undecided: 0, other: 0 };
  for (const question of questions) {
    const found = judgeLanguage(question.text, [language(question)]);
    counts[typeof found === "string" ? found : "other"] += 1;
  }
  return counts;
}

test.for([["truthfulqa-en", "en", "es"] as const, ["truthfulqa-es", "es", "en"] as const])(
  "no question of %s is taken for one in another language, and few pass for one",
  ([name, own, foreign], { skip }) => {
    const questions = questionsOf(name, own);
    if (!questions) return skip(`${name}.jsonl is not beside the project`);
    expect(countOf(questions, () => own).other).toBe(0);
    expect(countOf(questions, () => foreign).other).toBeGreaterThan(questions.length * 0.95);
    expect(questions.filter(({ text }) => isErrorPage(text))).toEqual([]);
  },
);

/** Search queries in lower case about English titles: as short and as mixed as text gets. */
test("few search queries of 25 languages about English titles are called wrong", ({ skip }) => {
  const questions = questionsOf("mkqa-26-languages")?.filter(({ language }) => language !== "km");
  if (!questions) return skip("mkqa-26-languages.jsonl is not beside the project");
  const counts = countOf(questions, ({ language }) => language.slice(0, 2));
  expect(counts.other).toBeLessThanOrEqual(12);
  expect(questions.filter(({ text }) => isErrorPage(text))).toEqual([]);
});
