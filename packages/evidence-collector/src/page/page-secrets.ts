import { Secret } from "@bentham/core";
import type { Exchange, Header } from "../exchange/exchange.ts";
import { redactHiddenFields } from "../redact/hidden-fields.ts";

/**
 * What a token looks like that lets somebody in. A shorter or plainer cookie (`theme=dark`) goes from the place it stands
 * in, as every cookie does, but is not looked for elsewhere: it would be found in innocent text.
 */
const TOKEN = /^(?=.*\d)(?=.*[A-Za-z])[\w.~+/=%:-]{16,}$/;

/** The cookies and the values of hidden fields that a page was given, as far as they look like secrets. */
export function pageSecrets(exchanges: readonly Exchange[]): Secret[] {
  const values = new Set<string>();
  for (const { request, response } of exchanges) {
    for (const value of cookieValues(request.headers, "cookie")) values.add(value);
    for (const value of cookieValues(response?.headers ?? [], "set-cookie")) values.add(value);
    if (response?.body.bytes && isHtml(response.headers)) {
      redactHiddenFields(response.body.bytes.toString("utf8"), (value) => {
        values.add(value);
        return value;
      });
    }
  }
  return Array.from(values)
    .filter((value) => TOKEN.test(value))
    .map((value) => new Secret(value));
}

/** Whether headers say that the body is an HTML document. */
function isHtml(headers: readonly Header[]): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === "content-type" && /^text\/html\b/i.test(value));
}

/** Of `Set-Cookie`, only the first pair is the cookie; browsers fold several headers of it into lines. */
function cookieValues(headers: readonly Header[], name: "cookie" | "set-cookie"): string[] {
  return headers
    .filter(([candidate]) => candidate.toLowerCase() === name)
    .flatMap(([, value]) => (name === "cookie" ? value.split(";") : value.split("\n").map(firstPair)))
    .map((pair) => pair.slice(pair.indexOf("=") + 1).trim());
}

function firstPair(line: string): string {
  return line.split(";")[0] ?? "";
}
