/// <reference lib="dom" />

/**
 * The text that stands in an editor: the value of a field, or the text of an editable element as it is shown. It runs in
 * the page: nothing outside of it is there.
 */
export function editorText(element: HTMLElement): string {
  const selector = "input, textarea, [contenteditable]";
  const within = element.matches(selector) || element.isContentEditable ? element : element.querySelector(selector);
  const editor = within ?? element;
  if (editor instanceof HTMLInputElement || editor instanceof HTMLTextAreaElement) return editor.value;
  return editor instanceof HTMLElement ? editor.innerText : (editor.textContent ?? "");
}

/** Editors show spaces as no-break spaces, and end with a line break of their own. */
export function isSameText(shown: string, typed: string): boolean {
  return normalised(shown) === normalised(typed);
}

function normalised(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").replaceAll("\u00a0", " ").replace(/\n$/, "");
}
