/** What could move a cursor, hide text or turn its direction: controls, formats, line separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text that is safe to print in one line: what does not print is shown as its code. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Most characters shown of something that a user wrote. */
const MOST_SHOWN = 60;

/** The beginning of a text that a user wrote, in quotes, for a message. */
export function quoted(text: string): string {
  return `"${printable(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text)}"`;
}
