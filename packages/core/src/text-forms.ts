/** Digits of a regular expression that match `hex` in either case. */
function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** What JSON, JavaScript and HTML write for a character, beside its number. A text inside a text doubles each backslash. */
const SHORT_FORMS: Readonly<Record<string, readonly string[]>> = {
  "/": ["\\\\{1,8}/"],
  '"': ['\\\\{1,8}"', "&quot;"],
  "'": ["\\\\{1,8}'", "&apos;"],
  "\b": ["\\\\{1,8}b"],
  "\f": ["\\\\{1,8}f"],
  "\n": ["\\\\{1,8}n"],
  "\r": ["\\\\{1,8}r"],
  "\t": ["\\\\{1,8}t"],
  " ": ["\\+"],
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
};

/**
 * A pattern for every way `text` may be written in a text: as it is, URL-encoded, escaped for JSON, JavaScript or HTML,
 * and any mixture of these. Letters and digits stand for themselves: no encoder in use writes them otherwise.
 *
 * It matches in a string, and in UTF-8 bytes seen as Latin-1. Every repetition in it is bounded, so that no text makes it
 * slow.
 */
export function textForms(text: string): string {
  return text.replace(/\\+|[^A-Za-z0-9\\]/gsu, (special) => {
    return special.startsWith("\\") ? formsOfBackslashes(special.length) : formsOf(special);
  });
}

function formsOf(character: string): string {
  const latin1 = Buffer.from(character).toString("latin1");
  const plain = latin1 === character ? [character] : [character, latin1];
  const forms = [...plain.map((text) => literal(text)), ...numberForms(character), ...(SHORT_FORMS[character] ?? [])];
  return `(?:${forms.join("|")})`;
}

/** A row of them as one: one by one, a row in the text could be shared out between them in all too many ways. */
function formsOfBackslashes(count: number): string {
  const numbers = numberForms("\\").map((form) => `(?:${form}){${count}}`);
  return `(?:${[`\\\\{${count},${8 * count}}`, ...numbers].join("|")})`;
}

/** How a character is written by its number: in a URL, in JSON and JavaScript, in HTML. */
function numberForms(character: string): string[] {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const codePoint = character.codePointAt(0) ?? 0;
  return [
    Array.from(Buffer.from(character), (byte) => `%(?:25){0,3}${anyCase(hexOf(byte, 2))}`).join(""),
    units.map((unit) => `\\\\{1,8}u${anyCase(hexOf(unit, 4))}`).join(""),
    `&#(?:0{0,4}${codePoint}|[xX]0{0,4}${anyCase(hexOf(codePoint, 1))});`,
  ];
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function hexOf(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

/** Patterns for `text` in the bytes of UTF-16, in either order, seen as Latin-1. */
export function utf16Forms(text: string): string[] {
  const little = Buffer.from(text, "utf16le");
  const big = Buffer.from(little).swap16();
  return [little, big].map((bytes) => literal(bytes.toString("latin1")));
}

/** A pattern for `text`, encoded as UTF-8, in hexadecimal digits. */
export function hexForm(text: string): string {
  return anyCase(Buffer.from(text).toString("hex"));
}

/**
 * Patterns for `text`, encoded as UTF-8, somewhere inside of longer data in base64, in either alphabet. Three of them, as
 * base64 cuts its data into groups of three bytes. A character that `text` shares with its neighbour matches whatever it
 * is, so that no bit of `text` is left over.
 */
export function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((ahead) => {
    const bits = 8 * (ahead + bytes.length);
    const characters = Buffer.concat([Buffer.alloc(ahead), bytes]).toString("base64");
    const core = characters.slice(Math.ceil((8 * ahead) / 6), Math.floor(bits / 6));
    const shared = "[A-Za-z0-9+/_-]?";
    return `${ahead === 0 ? "" : shared}${base64Pattern(core)}${bits % 6 === 0 ? "" : shared}`;
  });
}

/** The two characters in which the alphabets differ, which may be encoded once more. */
function base64Pattern(core: string): string {
  const plus = `(?:${textForms("+")}|-)`;
  const slash = `(?:${textForms("/")}|_)`;
  return core.replace(/[+/]/g, (character) => (character === "+" ? plus : slash));
}
