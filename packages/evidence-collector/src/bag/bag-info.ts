/** Characters that end a line, or that show otherwise than they stand: controls, formats, surrogates, separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Longest value, in characters; the whole of it is in `evidence.json`. */
const LONGEST_VALUE = 200;

/**
 * The text of a `bag-info.txt` (RFC 8493, section 2.2.2). Values are untrusted: what could start a line of its own is
 * written as `\u{…}`, and a long value is cut.
 */
export function bagInfo(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([label, value]) => `${label}: ${oneLine(value)}\n`)
    .join("");
}

function oneLine(value: string): string {
  const characters = Array.from(value.slice(0, 2 * LONGEST_VALUE + 1));
  const isCut = characters.length > LONGEST_VALUE;
  const shown = characters.slice(0, LONGEST_VALUE).join("");
  return `${shown.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}${isCut ? "…" : ""}`;
}
