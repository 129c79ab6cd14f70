/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { type Block, parseInline, parseMarkdown } from "./parse-markdown.ts";

/** Shows Markdown in an element, in place of what it showed. Text becomes text nodes, never markup. */
export function renderMarkdown(target: Element, markdown: string): void {
  target.replaceChildren(...parseMarkdown(markdown).map(elementOf));
}

function elementOf(block: Block): Element {
  switch (block.kind) {
    case "heading":
      return withLines("h3", block.lines);
    case "paragraph":
      return withLines("p", block.lines);
    case "code": {
      const code = document.createElement("code");
      code.textContent = block.text;
      return within("pre", [code]);
    }
    case "list":
      return within(
        block.isOrdered ? "ol" : "ul",
        block.items.map((item) => withLines("li", [item])),
      );
    case "table": {
      const rows = block.rows.map((cells, row) =>
        within(
          "tr",
          cells.map((cell) => withLines(row === 0 ? "th" : "td", [cell])),
        ),
      );
      return within("table", rows);
    }
  }
}

function withLines(name: string, lines: readonly string[]): Element {
  const nodes = lines.flatMap((line, place) => {
    const inline = parseInline(line).map((part) => {
      if (part.kind === "text") return document.createTextNode(part.text);
      const element = document.createElement({ bold: "strong", code: "code", link: "a" }[part.kind]);
      element.textContent = part.text;
      if (part.kind === "link") element.setAttribute("href", part.url);
      return element;
    });
    return place === 0 ? inline : [document.createElement("br"), ...inline];
  });
  return within(name, nodes);
}

function within(name: string, children: readonly Node[]): Element {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}
