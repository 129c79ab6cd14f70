/** Names the normalisation in evidence; raised when it changes. docs/evidence-format.md says what it does. */
export const NORMALISATION = "bentham-words/1";

/** What a page may draw as a list's marker, a heading, a quotation or a fence, and Markdown writes as characters. */
const LINE_MARKS = /^[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?/gm;
const FENCES = /^[ \t]*(?:```|~~~).*$/gm;

/** `[text](address)`, `![text](address)` and `[text][reference]`: their text is what a page shows. */
const LINKS =
  /!?\[([^\][]{0,2000})\](?:\((?:[^()\s]|\([^()\s]{0,200}\)){0,4000}(?:\s[^()]{0,400})?\)|\[[^\][]{0,200}\])/g;

const REFERENCES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
};

/** What is compared: letters, their marks, digits, and symbols such as emoji. */
const KEPT = /[\p{L}\p{M}\p{N}\p{So}]/u;

/** A text in the form in which texts are compared, and where in a readable form each of its characters stands. */
export interface ComparableText {
  readonly characters: string;
  /** The text before all but {@link KEPT} were dropped. */
  readonly readable: string;
  /** Place in `readable` of each UTF-16 unit of `characters`. */
  readonly places: Uint32Array;
}

/**
 * Takes from a text all that a page may draw otherwise than Markdown writes it: NFKC, links as their text, the marks of
 * lines, and everything but letters, digits and symbols.
 */
export function comparableText(text: string): ComparableText {
  const readable = text
    .normalize("NFKC")
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(FENCES, "")
    .replaceAll(LINE_MARKS, "")
    .replaceAll(LINKS, "$1")
    .replaceAll(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (reference) => REFERENCES[reference] ?? reference);
  const places = new Uint32Array(readable.length);
  const kept: string[] = [];
  let count = 0;
  let place = 0;
  for (const character of readable) {
    if (KEPT.test(character)) {
      kept.push(character);
      for (let unit = 0; unit < character.length; unit++) places[count++] = place + unit;
    }
    place += character.length;
  }
  return { characters: kept.join(""), readable, places: places.subarray(0, count) };
}
