import { isSensitiveField, isSensitiveMember } from "./sensitive-names.ts";

/** A member of an object whose value is a string, wherever it stands. A quote after a backslash is inside of a string. */
const MEMBER = /(?<!\\)"((?:[^"\\]|\\.){1,64})"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g;

/** Long and with digits and letters: no word, and no key of a list. */
const LOOKS_RANDOM = /^(?=.*\d)(?=.*[A-Za-z])\S{16,}$/;

/**
 * Replaces the values of members of JSON that are secret by their names; everything else stays as it is, character by
 * character. Names that may as well be innocent (`key`, `session`) count where the value looks random.
 */
export function redactJsonFields(text: string, replace: (name: string, value: string) => string): string {
  return text.replaceAll(MEMBER, (whole, quotedName: string, between: string, quotedValue: string) => {
    const name = unquote(quotedName);
    const isSecret = isSensitiveMember(name) || (isSensitiveField(name) && LOOKS_RANDOM.test(quotedValue));
    if (!isSecret || quotedValue === "") return whole;
    return `"${quotedName}"${between}"${replace(name, unquote(quotedValue))}"`;
  });
}

function unquote(text: string): string {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === "string" ? value : text;
  } catch {
    return text; // No escape of JSON's, and so it says what it says.
  }
}

/** Replaces every string of JSON that is one of `values`. The bytes of UTF-8 are characters here, before and after. */
export function redactJsonStrings(
  text: string,
  values: ReadonlySet<string>,
  replace: (value: string) => string,
): string {
  return text.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (whole, quoted: string) => {
    const value = unquote(Buffer.from(quoted, "latin1").toString("utf8"));
    return values.has(value) ? `"${replace(value)}"` : whole;
  });
}
