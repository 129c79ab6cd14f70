const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What people take for the characters of a text, in their order. */
export function graphemesOf(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}
