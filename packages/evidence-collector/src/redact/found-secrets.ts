import { Secret, valuesAt } from "@bentham/core";
import { bodyValues } from "../check/json-values.ts";
import type { Exchange, Header, RecordedBody } from "../exchange/exchange.ts";
import { redactHiddenFields } from "./hidden-fields.ts";
import { redactJsonFields } from "./json-fields.ts";
import { mediaTypeOf } from "./media-type.ts";
import { redactFields, redactUrl } from "./redact-url.ts";
import { isSensitiveHeader } from "./sensitive-names.ts";

/**
 * What a token looks like that lets somebody in. A shorter or plainer value (`theme=dark`) goes from the place it stands
 * in, as everything there does, but is not looked for elsewhere: it would be found in innocent text.
 */
const TOKEN = /^(?=.*\d)(?=.*[A-Za-z])[\w.~+/=%:-]{16,}$/;

/**
 * What stands in the places for secrets, as far as it looks like one: cookies, headers, fields of URLs, forms, JSON and
 * HTML. A page may say it again wherever it likes.
 */
export function tokensIn(exchanges: readonly Exchange[]): Secret[] {
  const values = new Set<string>();
  const find = (value: string): string => {
    values.add(value);
    return value;
  };
  for (const { request, response } of exchanges) {
    redactUrl(request.url, (_kind, _name, value) => find(value));
    for (const value of headerValues(request.headers)) find(value);
    for (const value of headerValues(response?.headers ?? [])) find(value);
    if (request.body) findInBody(request.body, request.headers, find);
    if (response) findInBody(response.body, response.headers, find);
  }
  return Array.from(values)
    .filter((value) => TOKEN.test(value))
    .map((value) => new Secret(value));
}

/** What stands where the surface says that secrets do. */
export function secretsAt(exchanges: readonly Exchange[], pointers: readonly string[]): Secret[] {
  if (pointers.length === 0) return [];
  const values = exchanges
    .flatMap(({ request, response }) => [request.body, response?.body])
    .flatMap((body) => bodyValues(body))
    .flatMap((value) => pointers.flatMap((pointer) => valuesAt(value, pointer)));
  return values
    .flatMap((value) => (typeof value === "string" || typeof value === "number" ? [String(value)] : []))
    .map((value) => new Secret(value));
}

function findInBody(body: RecordedBody, headers: readonly Header[], find: (value: string) => string): void {
  if (!body.bytes) return;
  const type = mediaTypeOf(headers);
  if (type === "html") redactHiddenFields(body.bytes.toString("utf8"), find);
  if (type === "json") redactJsonFields(body.bytes.toString("utf8"), (_name, value) => find(value));
  if (type === "form") redactFields(body.bytes.toString("latin1"), (_kind, _name, value) => find(value));
}

/** Of `Set-Cookie`, only the first pair is the cookie; browsers fold several headers of it into lines. */
function headerValues(headers: readonly Header[]): string[] {
  return headers
    .filter(([name]) => isSensitiveHeader(name))
    .flatMap(([name, value]) => {
      if (/^cookie2?$/i.test(name)) return value.split(";").map((pair) => valueOf(pair));
      if (/^set-cookie2?$/i.test(name)) return value.split("\n").map((line) => valueOf(line.split(";")[0] ?? ""));
      return [value.replace(/^\w+ +/, "")]; // A token goes after the name of its scheme.
    });
}

function valueOf(pair: string): string {
  return pair.slice(pair.indexOf("=") + 1).trim();
}
