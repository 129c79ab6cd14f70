/** Controls (C0, C1), format characters (bidi, zero width, byte order mark), and the separators of lines and paragraphs. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text from outside, safe to print on a terminal in one line: every control or direction character is shown as its code.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === "\n" || character === "\t") return " ";
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\u{${code}}`;
  });
}

/** {@link printable}, cut to `length` characters. */
export function excerpt(text: string, length: number): string {
  const line = printable(text.slice(0, length * 2));
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
