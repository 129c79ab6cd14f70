import { type CredentialCookie, type CredentialMaterial, type CredentialType, type Json, Secret } from "@bentham/core";
import { z } from "zod";
import { credentialFrom } from "./credential-value.ts";

/** Every type of credential, the commonest first. */
export const CREDENTIAL_TYPES: readonly CredentialType[] = [
  "api-key",
  "bearer",
  "user-password",
  "cookies",
  "storage-state",
  "custom",
];

/** What a credential of a type is written as, in words. */
const FORMS: Readonly<Record<CredentialType, string>> = {
  "api-key": "a text",
  bearer: "a text",
  "user-password": 'the user and the password, a line each, or {"username": "...", "password": "..."}',
  cookies: 'a Cookie header\'s "name=value; name=value", or a list of {"name": "...", "value": "...", "domain": "..."}',
  "storage-state": 'the JSON that Playwright\'s storageState() gives, {"cookies": [...], "origins": [...]}',
  custom: 'an object of texts, such as {"accessKey": "...", "secretKey": "..."}',
};

/** RFC 6265, section 4.1.1, but for white space and quotes in values, which sites use and browsers send. */
const cookieName = z.string().regex(/^[^\s=;,\p{Cc}]{1,4096}$/u);
const cookieValue = z.string().regex(/^[^;\p{Cc}]{0,8192}$/u);

const cookieSchema = z.strictObject({
  name: cookieName,
  value: cookieValue,
  domain: z.exactOptional(z.string().min(1)),
  path: z.exactOptional(z.string().startsWith("/")),
  expires: z.exactOptional(z.number().min(-1)),
  httpOnly: z.exactOptional(z.boolean()),
  secure: z.exactOptional(z.boolean()),
  sameSite: z.exactOptional(z.enum(["Strict", "Lax", "None"])),
});

const filled = z.string().min(1);

const schemas = {
  "user-password": z.strictObject({ username: filled, password: filled }),
  cookies: z.array(cookieSchema).min(1),
  // Playwright adds members from version to version: IndexedDB is one of them.
  "storage-state": z.looseObject({
    cookies: z.array(z.looseObject({ name: cookieName, value: cookieValue })),
    origins: z.array(z.looseObject({ origin: z.string() })),
  }),
  custom: z
    .record(z.string().regex(/^[A-Za-z][\w.-]{0,63}$/), filled)
    .refine((fields) => Object.keys(fields).length > 0),
};

/** The credential that a JSON value is, or, as text, what is wrong with it, to be said after what holds it. */
export function materialFrom(type: CredentialType, value: unknown): CredentialMaterial | string {
  switch (type) {
    case "api-key":
    case "bearer": {
      const secret = typeof value === "string" ? credentialFrom(value) : "is no text";
      if (typeof secret === "string") return secret;
      return type === "bearer" ? { type, token: secret } : { type, key: secret };
    }
    case "user-password": {
      const { data } = schemas[type].safeParse(value);
      if (!data) return `is not ${FORMS[type]}`;
      return { type, username: new Secret(data.username), password: new Secret(data.password) };
    }
    case "cookies": {
      const { data } = schemas[type].safeParse(value);
      return data
        ? { type, cookies: data.map((one) => ({ ...one, value: new Secret(one.value) })) }
        : `is not ${FORMS[type]}`;
    }
    case "storage-state": {
      const { data } = schemas[type].safeParse(value);
      return data ? { type, state: new Secret(JSON.stringify(data)) } : `is not ${FORMS[type]}`;
    }
    case "custom": {
      const { data } = schemas[type].safeParse(value);
      if (!data) return `is not ${FORMS[type]}`;
      const fields = Object.entries(data).map(([name, text]) => [name, new Secret(text)] as const);
      return { type, fields: Object.fromEntries(fields) };
    }
  }
}

/** The credential that was typed or piped in, or, as text, what is wrong with it. */
export function materialFromText(type: CredentialType, text: string): CredentialMaterial | string {
  if (type === "api-key" || type === "bearer") return materialFrom(type, text);
  if (text.trim() === "") return "is empty";
  const lines = text.replace(/[\r\n]+$/, "").split(/\r?\n/);
  const [username, password, ...more] = lines;
  if (type === "user-password" && password !== undefined && more.length === 0 && username?.trim() !== "{") {
    return materialFrom(type, { username, password });
  }
  if (type === "cookies" && lines.length === 1 && !text.trimStart().startsWith("["))
    return materialFrom(type, cookiesIn(text));
  try {
    return materialFrom(type, JSON.parse(text));
  } catch {
    return `is not ${FORMS[type]}`; // Without the parser's words, which quote what they could not read.
  }
}

/** The cookies of a `Cookie` header's value (RFC 6265, section 4.2.1). */
function cookiesIn(header: string): object[] {
  return header
    .trim()
    .replace(/^cookie:/i, "")
    .split(";")
    .filter((pair) => pair.trim() !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      return { name: pair.slice(0, Math.max(0, at)).trim(), value: pair.slice(at + 1).trim() };
    });
}

/** The JSON value that {@link materialFrom} reads: the one place where a credential's parts are written out. */
export function valueOf(material: CredentialMaterial): Json {
  switch (material.type) {
    case "api-key":
      return material.key.reveal();
    case "bearer":
      return material.token.reveal();
    case "user-password":
      return { username: material.username.reveal(), password: material.password.reveal() };
    case "cookies":
      return material.cookies.map((cookie: CredentialCookie) => ({ ...cookie, value: cookie.value.reveal() }));
    case "storage-state":
      return JSON.parse(material.state.reveal());
    case "custom":
      return Object.fromEntries(Object.entries(material.fields).map(([name, field]) => [name, field.reveal()]));
  }
}
