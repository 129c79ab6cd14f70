import { isSensitiveField } from "./sensitive-names.ts";

/** Gives what stands in place of a value. */
export type Replace = (kind: "userinfo" | "field", name: string, value: string) => string;

/**
 * Replaces the user and password, and the values of sensitive query fields, in a URL or in a text that holds URLs.
 * Everything else stays as it is, character by character: a URL is not parsed and written anew.
 */
export function redactUrl(text: string, replace: Replace): string {
  const withoutUser = text.replaceAll(
    /(:\/\/)([^\s/?#]+)@/g,
    (_, slashes: string, userinfo: string) => `${slashes}${replace("userinfo", "", userinfo)}@`,
  );
  return redactFields(withoutUser, replace);
}

/** Replaces the values of sensitive fields in a form (`a=1&b=2`), or in the query and the fragment of a URL. */
export function redactFields(text: string, replace: Replace): string {
  return text.replaceAll(/(^|[?&#])([^=?&#\s]+)=([^&#\s]+)/g, (whole, before: string, name: string, value: string) => {
    const [field] = new URLSearchParams(`${name}=${value}`);
    if (!field || !isSensitiveField(field[0])) return whole;
    return `${before}${name}=${replace("field", field[0], field[1])}`;
  });
}
