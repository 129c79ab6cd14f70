import { answerTo, ODD_FORMS, oddAnswerTo } from "@bentham/testbed";
import * as fc from "fast-check";
import { expect, test } from "vitest";

test("an answer is 200 to 800 characters of well-formed text over several lines, whatever the question", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (question) => {
      const answer = answerTo(question);
      expect(answer.length).toBeGreaterThanOrEqual(200);
      expect(answer.length).toBeLessThanOrEqual(800);
      expect(answer.isWellFormed()).toBe(true);
      expect(answer).toMatch(/^## On “[^\n]*”\n\n.*✓\n\n- \*\*/u);
      expect(answer).toBe(answerTo(question));
    }),
  );
});

test("different questions get different answers, also those that only differ far behind", () => {
  const long = "why ".repeat(100);
  const questions = Array.from({ length: 5000 }, (_, index) => `${long}${index}`);
  expect(new Set(questions.map(answerTo)).size).toBe(questions.length);
});

test("the heading is cut between characters, on one line, and control characters are left out", () => {
  expect(answerTo("🍀".repeat(100)).split("\n")[0]).toBe(`## On “${"🍀".repeat(60)}”`);
  expect(answerTo("a\u0000b\r\nc\td \ud83d").split("\n")[0]).toBe("## On “a b c d \uFFFD”");
});

test("an answer stays what it is from version to version, since stored ones are compared with it", () => {
  expect(answerTo("Why is the sky blue?")).toMatchInlineSnapshot(`
    "## On “Why is the sky blue?”

    A careful reader comes back to temperature. Most of the literature begins with habit. ✓

    - **the material it is made of**: The evidence so far depends on the café next door.
    - **the material it is made of**: Common sense overrates time – and luck 🍀.
    - **the café next door**: A careful reader overrates habit.

    \`\`\`
    reference = 0x60aa407a
    \`\`\`

    In short: The evidence so far begins with naïve counting. Most of the literature depends on habit."
  `);
});

test("odd answers hold what they are named after, and the usual answer", () => {
  for (const form of ODD_FORMS) expect(oddAnswerTo("Why?", form)).toContain(answerTo("Why?"));
  expect(oddAnswerTo("Why?", "nul")).toContain("\0");
  expect(oddAnswerTo("Why?", "lone-surrogate").isWellFormed()).toBe(false);
  expect(oddAnswerTo("Why?", "rtl-override")).toContain("\u202E");
  expect(oddAnswerTo("Why?", "split-emoji")).toContain("👩‍👩‍👧‍👦");
  expect(oddAnswerTo("Why?", "bom").startsWith("\uFEFF")).toBe(true);
});
