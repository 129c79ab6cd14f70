import { seededRandom } from "@bentham/core";

const SUBJECTS = ["The short answer", "Most sources", "A careful reader", "The evidence", "Common sense", "Experience"];
const VERBS = ["points to", "depends on", "begins with", "leaves out", "overrates", "explains"];
const OBJECTS = [
  "the material",
  "temperature",
  "who is asked",
  "the café next door",
  "habit",
  "time – and luck",
  "naïve counting",
];

/**
 * What the testbed's models answer: Markdown with a heading, a list, some code and characters beyond ASCII, and the same
 * for the same question, so that whoever knows the question can check an answer byte for byte.
 */
export function answerTo(question: string): string {
  const random = seededRandom(question);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const sentence = (): string => `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)}.`;
  const items = Array.from({ length: 2 + Math.floor(random() * 3) }, () => `- **${pick(OBJECTS)}**: ${sentence()}`);
  return [
    `## On “${question.slice(0, 60).trim()}”`,
    `${sentence()} ${sentence()} ✓`,
    items.join("\n"),
    `\`\`\`\nresult = ${Math.floor(random() * 1000)}\n\`\`\``,
    `In short: ${sentence()}`,
  ].join("\n\n");
}
