import { type Block, parseInline, parseMarkdown } from "./page/parse-markdown.ts";

/** A shown text in one form: lines trimmed, runs of empty lines made one, tabs and no-break spaces made spaces. */
export function normaliseShown(text: string): string {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[\t\u00a0]/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}

/**
 * The text that the chat page shows for Markdown, which is its `innerText` after {@link normaliseShown}: an empty line
 * around paragraphs alone, no bullets and numbers, cells parted by a space.
 */
export function markdownAsShown(markdown: string): string {
  let shown = "";
  let before: Block["kind"] | undefined;
  for (const block of parseMarkdown(markdown)) {
    const isParagraph = before === "paragraph" || block.kind === "paragraph";
    shown += `${before === undefined ? "" : isParagraph ? "\n\n" : "\n"}${textOf(block)}`;
    before = block.kind;
  }
  return normaliseShown(shown);
}

function textOf(block: Block): string {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return block.lines.map(plain).join("\n");
    case "code":
      return block.text;
    case "list":
      return block.items.map(plain).join("\n");
    case "table":
      return block.rows.map((cells) => cells.map(plain).join(" ")).join("\n");
  }
}

/** White space within a line shows as one space. */
function plain(line: string): string {
  const text = parseInline(line).map((part) => part.text);
  return text.join("").replaceAll(/[ \t]+/g, " ");
}
