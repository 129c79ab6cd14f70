/** Headers whose values let somebody in. */
const SENSITIVE_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "cookie2",
  "set-cookie",
  "set-cookie2",
  "x-api-key",
  "api-key",
  "apikey",
  "x-goog-api-key",
  "x-functions-key",
  "ocp-apim-subscription-key",
]);

/** Ends of names that vendors make up. `…-tokens` is not among them: rate limits are told under such names. */
const SENSITIVE_ENDINGS = /(?:^|[-_])(?:token|secret|password|credential|api-?key|authorization|signature)$/;

/** `x-csrf-token`, `x-xsrftoken`, `csrf` and their like. */
const CSRF = /^(?:x-)?(?:csrf|xsrf)/;

/** Names of query and form fields whose values let somebody in, without case and punctuation. */
const SENSITIVE_FIELDS: ReadonlySet<string> = new Set([
  "accesskey",
  "accesstoken",
  "apikey",
  "apitoken",
  "auth",
  "authkey",
  "authorization",
  "authtoken",
  "bearer",
  "clientsecret",
  "credential",
  "csrf",
  "csrftoken",
  "idtoken",
  "jwt",
  "key",
  "pass",
  "passwd",
  "password",
  "pwd",
  "refreshtoken",
  "secret",
  "session",
  "sessionid",
  "sessiontoken",
  "sid",
  "sig",
  "signature",
  "subscriptionkey",
  "token",
  "xamzcredential",
  "xamzsecuritytoken",
  "xamzsignature",
]);

/** Of these, the names that mean nothing else in JSON, where `key` and `session` may be anything. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  "accesstoken",
  "apikey",
  "apitoken",
  "authtoken",
  "clientsecret",
  "csrftoken",
  "idtoken",
  "jwt",
  "passwd",
  "password",
  "refreshtoken",
  "sessiontoken",
  "xsrftoken",
]);

/** Whether the value of a member of this name is always redacted in JSON. */
export function isSensitiveMember(name: string): boolean {
  return SECRET_MEMBERS.has(plain(name));
}

/** Whether the values of a header of this name are always redacted. */
export function isSensitiveHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return SENSITIVE_HEADERS.has(lower) || SENSITIVE_ENDINGS.test(lower) || CSRF.test(lower);
}

/** Whether the values of a query or form field of this name are always redacted. */
export function isSensitiveField(name: string): boolean {
  return SENSITIVE_FIELDS.has(plain(name));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
