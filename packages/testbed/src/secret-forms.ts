/** Shorter values are found in innocent bytes. */
const SHORTEST = 8;

/**
 * The forms in which a secret may stand in a file or a text: as it is, URL-encoded (as a path or a query and as a form),
 * JSON-escaped, HTML-escaped, in hex, and in base64 wherever in a longer text it starts.
 *
 * @throws RangeError for a secret of fewer than 8 characters.
 */
export function formsOf(secret: string): ReadonlyMap<string, string> {
  if (secret.length < SHORTEST) throw new RangeError(`a secret to be found has ${SHORTEST} characters or more`);
  const bytes = Buffer.from(secret);
  const encoded = encodeURIComponent(secret);
  const hex = bytes.toString("hex");
  const forms: [name: string, value: string][] = [
    ["raw", secret],
    ["URL-encoded", encoded],
    ["URL-encoded in lower case", encoded.replaceAll(/%../g, (code) => code.toLowerCase())],
    ["form-encoded", new URLSearchParams([["", secret]]).toString().slice(1)],
    ["JSON-escaped", JSON.stringify(secret).slice(1, -1)],
    ["HTML-escaped", secret.replaceAll(/[&<>"']/g, (character) => HTML[character] ?? character)],
    ["hex", hex],
    ["hex in upper case", hex.toUpperCase()],
  ];
  for (const offset of [0, 1, 2]) {
    const inner = base64At(bytes, offset);
    forms.push([`base64 at ${offset}`, inner]);
    forms.push([`base64url at ${offset}`, inner.replaceAll("+", "-").replaceAll("/", "_")]);
  }
  // A form that changes nothing goes by the name of the first that looks like it.
  return new Map(forms.filter(([, value], place) => forms.findIndex(([, other]) => other === value) === place));
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * What base64 makes of the bytes when `offset` bytes (modulo 3) stand before them: only the characters that hold six
 * bits of the bytes themselves, and none of their neighbours.
 */
function base64At(bytes: Buffer, offset: number): string {
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor(((offset + bytes.length) * 8) / 6);
  return Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .slice(first, end);
}
