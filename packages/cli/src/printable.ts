/** Control and format characters that could move the cursor, change colours or hide text: C0, C1, bidi, line separators. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Text from outside, safe to print on a terminal in one line: every control or direction character is shown as its code.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === "\n" || character === "\t") return " ";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** {@link printable}, cut to `length` characters. */
export function excerpt(text: string, length: number): string {
  const line = printable(text.slice(0, length * 2));
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
