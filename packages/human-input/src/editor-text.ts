/**
 * The source of a function that runs in the page and gives the text that stands in an editor: the value of a field, or the
 * text of an editable element as it is shown.
 */
export const EDITOR_TEXT = `(element) => {
  const editor =
    element.matches("input, textarea, [contenteditable]") || element.isContentEditable
      ? element
      : (element.querySelector("input, textarea, [contenteditable]") ?? element);
  return typeof editor.value === "string" ? editor.value : editor.innerText;
}`;

/** Editors show spaces as no-break spaces, and end with a line break of their own. */
export function isSameText(shown: unknown, typed: string): boolean {
  return typeof shown === "string" && normalised(shown) === normalised(typed);
}

function normalised(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("\u00a0", " ").replace(/\n$/, "");
}
