import { seededRandom } from "@bentham/core";

const SUBJECTS = [
  "The short answer",
  "Most of the literature",
  "A careful reader",
  "The evidence so far",
  "Common sense",
  "Experience",
];
const VERBS = ["points to", "depends on", "begins with", "leaves out", "overrates", "explains", "comes back to"];
const OBJECTS = [
  "the material it is made of",
  "temperature",
  "who is asked, and when",
  "the café next door",
  "habit",
  "time – and luck 🍀",
  "naïve counting",
  "量より質",
];

/** Code points of the question that the heading repeats. */
const HEADING = 60;

/**
 * What the testbed's models answer: 200 to 800 characters of Markdown over several lines, with a heading, a list, a code
 * block, and characters of one to four bytes. A function of the question alone, so that whoever knows the question can
 * check an answer byte for byte; different questions get different answers.
 */
export function answerTo(question: string): string {
  const random = seededRandom(question);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const sentence = (): string => `${pick(SUBJECTS)} ${pick(VERBS)} ${pick(OBJECTS)}.`;
  const reference = Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
  const items = Array.from({ length: 2 + Math.floor(random() * 3) }, () => `- **${pick(OBJECTS)}**: ${sentence()}`);
  return [
    `## On “${headingOf(question)}”`,
    `${sentence()} ${sentence()} ✓`,
    items.join("\n"),
    `\`\`\`\nreference = 0x${reference}\n\`\`\``,
    `In short: ${sentence()} ${sentence()}`,
  ].join("\n\n");
}

/** The beginning of the question, on one line and well-formed whatever the question is. */
function headingOf(question: string): string {
  const line = question
    .slice(0, 2 * HEADING)
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, " ");
  return Array.from(line).slice(0, HEADING).join("").trim();
}
