import { expect, test } from "vitest";
import { redactHiddenFields } from "../../src/redact/hidden-fields.ts";

test.each([
  ['<input type="hidden" value="abc">', '<input type="hidden" value="*">'],
  ["<INPUT value=abc TYPE=hidden>", '<INPUT value="*" TYPE=hidden>'],
  [`<input data-x=">" type='password' value='a"b'>`, `<input data-x=">" type='password' value="*">`],
  ['<input type="text" value="abc">', '<input type="text" value="abc">'],
  ['<input type="hidden" name="n">', '<input type="hidden" name="n">'],
  ["<p>type=hidden value=abc</p>", "<p>type=hidden value=abc</p>"],
])("%s", (html, redacted) => {
  expect(redactHiddenFields(html, () => "*")).toBe(redacted);
});
