/**
 * A text as a page shows it, in one form: no-break spaces are spaces, the cells of a table are parted by one tab, no line
 * begins or ends in white space, and no two lines in a row are empty.
 */
export function normaliseText(text: string): string {
  return text
    .replaceAll("\u00a0", " ")
    .replaceAll(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
