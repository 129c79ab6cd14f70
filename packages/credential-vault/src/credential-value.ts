import { Secret } from "@bentham/core";
import type { CheckedPool } from "./credential-pool.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Characters that an HTTP field value cannot hold (RFC 9110, section 5.5). */
const HEADER_UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;

/** What may be wrong with a text that should be a credential, to be said after what holds it. */
type CredentialFault = "is empty" | "holds a character that no HTTP header can carry, such as a line break";

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

/** The credential of `pool` as it stands in its environment variable, or, as text, why there is none. */
export function readCredential(pool: CheckedPool, environment: Environment): Secret | string {
  const credential = credentialFrom(environment[pool.variable] ?? "");
  if (credential instanceof Secret) return credential;
  if (credential === "is empty") {
    return `credential pool "${pool.name}" has no credential: set the environment variable ${pool.variable}`;
  }
  return (
    `credential pool "${pool.name}" has no usable credential: the environment variable ${pool.variable} ${credential}; ` +
    "set it again"
  );
}
