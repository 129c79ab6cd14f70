import { Secret } from "@bentham/core";
import type { CheckedPool } from "./credential-pool.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Characters that an HTTP field value cannot hold (RFC 9110, section 5.5). */
const HEADER_UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The credential of `pool` as it stands in its environment variable, or, as text, why there is none. A newline at the
 * end, which files and shells leave there, is not part of it.
 */
export function readCredential(pool: CheckedPool, environment: Environment): Secret | string {
  const value = environment[pool.variable]?.replace(/[\r\n]+$/, "") ?? "";
  if (value.trim() === "") {
    return `credential pool "${pool.name}" has no credential: set the environment variable ${pool.variable}`;
  }
  if (HEADER_UNSAFE.test(value)) {
    return (
      `credential pool "${pool.name}" has no usable credential: the environment variable ${pool.variable} holds a ` +
      "character that no HTTP header can carry, such as a line break; set it again"
    );
  }
  return new Secret(value);
}
