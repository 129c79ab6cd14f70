/** A stretch of a line. */
export type Inline =
  | { readonly kind: "text" | "bold" | "code"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string };

/** A part of an answer. Lines of a paragraph stay lines. */
export type Block =
  | { readonly kind: "heading" | "paragraph"; readonly lines: readonly string[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] };

const ITEM = /^\s*(?:[-*]|(\d+)\.) +(.*)$/;
const FENCE = /^(`{3,})/;

/**
 * The Markdown that the chat page knows: headings, paragraphs, fenced code, flat lists, tables. Whatever it does not know
 * is text. A fence that is not closed goes to the end, as it does while an answer comes.
 */
export function parseMarkdown(markdown: string): Block[] {
  const lines = markdown.split("\n");
  const blocks: Block[] = [];
  let place = 0;
  const takeWhile = (holds: (line: string) => boolean): string[] => {
    const from = place;
    while (place < lines.length && holds(lines[place] ?? "")) place += 1;
    return lines.slice(from, place);
  };
  while (place < lines.length) {
    const line = lines[place] ?? "";
    const fence = FENCE.exec(line)?.[1];
    const item = ITEM.exec(line);
    if (fence !== undefined) {
      place += 1;
      const text = takeWhile((inner) => inner !== fence).join("\n");
      place += 1;
      blocks.push({ kind: "code", text });
    } else if (item) {
      const items = takeWhile((next) => ITEM.test(next)).map((next) => ITEM.exec(next)?.[2] ?? "");
      blocks.push({ kind: "list", isOrdered: item[1] !== undefined, items });
    } else if (line.startsWith("|")) {
      const rows = takeWhile((next) => next.startsWith("|")).filter((next) => !/^[|\s:-]+$/.test(next));
      blocks.push({ kind: "table", rows: rows.map(cellsOf) });
    } else if (/^#{1,6} /.test(line)) {
      place += 1;
      blocks.push({ kind: "heading", lines: [line.replace(/^#+ /, "")] });
    } else if (line.trim() === "") {
      place += 1;
    } else {
      blocks.push({ kind: "paragraph", lines: takeWhile(isText) });
    }
  }
  return blocks;
}

/** The stretches of a line: bold, code, links, and text between them. */
export function parseInline(line: string): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const match of line.matchAll(/\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((https?:[^\s)]+)\)/g)) {
    if (match.index > end) parts.push({ kind: "text", text: line.slice(end, match.index) });
    const [whole, bold, code, text = "", url = ""] = match;
    if (bold !== undefined) parts.push({ kind: "bold", text: bold });
    else if (code !== undefined) parts.push({ kind: "code", text: code });
    else parts.push({ kind: "link", text, url });
    end = match.index + whole.length;
  }
  if (end < line.length) parts.push({ kind: "text", text: line.slice(end) });
  return parts;
}

function isText(line: string): boolean {
  return line.trim() !== "" && !/^(?:`{3}|\||#{1,6} )/.test(line) && !ITEM.test(line);
}

function cellsOf(row: string): string[] {
  return row
    .replaceAll(/^\||\|\s*$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}
