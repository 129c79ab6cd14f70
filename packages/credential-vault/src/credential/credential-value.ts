import { Secret } from "@bentham/core";

/** Characters that an HTTP field value cannot hold (RFC 9110, section 5.5). */
const HEADER_UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;

/** What may be wrong with a text that should be a credential, to be said after what holds it. */
export type CredentialFault = "is empty" | "holds a character that no HTTP header can carry, such as a line break";

/**
 * The credential that a text is, or what is wrong with it. A newline at the end, which files and shells leave there, is
 * not part of it.
 */
export function credentialFrom(text: string): Secret | CredentialFault {
  const value = text.replace(/[\r\n]+$/, "");
  if (value.trim() === "") return "is empty";
  if (HEADER_UNSAFE.test(value)) return "holds a character that no HTTP header can carry, such as a line break";
  return new Secret(value);
}
