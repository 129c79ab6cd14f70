import { markdownAsShown, normaliseShown } from "@bentham/testbed";
import { expect, test } from "vitest";

test.each([
  ["", ""],
  ["One **bold** and `code` and [a link](https://a.example/x).", "One bold and code and a link."],
  ["one\ntwo\n\nthree", "one\ntwo\n\nthree"],
  ["## Head\n\ntext", "Head\n\ntext"],
  ["## Head\n- a\n- **b**", "Head\na\nb"],
  ["1. a\n2. b\n\ntext", "a\nb\n\ntext"],
  ["```\n  a **b**\n\n\n\nc\n```\n- d", "a **b**\n\nc\nd"],
  ["````\n```\n````", "```"],
  ["```\nnot closed", "not closed"],
  ["| a | b |\n|---|---|\n| `1` | **2** |", "a b\n1 2"],
  ["<b>no markup</b> & 日本語 😀", "<b>no markup</b> & 日本語 😀"],
  ["many   spaces", "many spaces"],
  ["2 * 3 ** 4", "2 * 3 ** 4"],
])("%j is shown as %j", (markdown, shown) => {
  expect(markdownAsShown(markdown)).toBe(shown);
});

test("brings what a browser gives into the same form, once and for all", () => {
  const normal = normaliseShown(" a\tb\u00a0c \r\n\n\n\n d\n");
  expect(normal).toBe("a b c\n\nd");
  expect(normaliseShown(normal)).toBe(normal);
});
