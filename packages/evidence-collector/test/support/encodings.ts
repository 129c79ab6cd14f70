/** Ways in which a text is written inside of other texts, by the encoders themselves. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  "URL component": (text) => encodeURIComponent(text),
  "URL component, lower case": (text) => encodeURIComponent(text).replace(/%../g, (escape) => escape.toLowerCase()),
  "RFC 3986": (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
  "whole URL": (text) => encodeURI(text),
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  "URL component, twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  "JSON in JSON": (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  "JSON in ASCII": (text) => inAscii(JSON.stringify(text).slice(1, -1)),
  "JSON in ASCII, upper case": (text) =>
    inAscii(JSON.stringify(text).slice(1, -1)).replace(/(?<=\\u)..../g, (hex) => hex.toUpperCase()),
  "JSON as PHP writes it": (text) => inAscii(JSON.stringify(text).slice(1, -1)).replaceAll("/", "\\/"),
  HTML: (text) =>
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
  "HTML in ASCII": (text) => text.replace(/[^\w\s]/gu, (c) => `&#x${c.codePointAt(0)?.toString(16)};`),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex, upper case": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "base64 after 0 bytes": (text) => Buffer.from(text).toString("base64"),
  "base64 after 1 byte": (text) => Buffer.from(`u${text}`).toString("base64"),
  "base64 after 2 bytes": (text) => Buffer.from(`u:${text}`).toString("base64"),
  "base64 within": (text) => Buffer.from(`user:${text}\nmore`).toString("base64"),
  "base64url after 0 bytes": (text) => Buffer.from(text).toString("base64url"),
  "base64url after 1 byte": (text) => Buffer.from(`u${text}`).toString("base64url"),
  "base64url after 2 bytes": (text) => Buffer.from(`u:${text}`).toString("base64url"),
  "base64 in a URL": (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
};

function inAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
