import type { Secret } from "./secret.ts";

/** Shorter values would be found in innocent text. */
const SHORTEST = 6;

/** Replaces every secret that stands in `text` as it is by `[secret]`. For messages and other short texts. */
export function scrubSecrets(text: string, secrets: readonly Secret[]): string {
  // Longest first: of a secret that holds another, no end must be left.
  const longestFirst = secrets.toSorted((one, other) => other.reveal().length - one.reveal().length);
  return longestFirst.reduce((scrubbed, secret) => {
    const value = secret.reveal();
    return value.length < SHORTEST ? scrubbed : scrubbed.replaceAll(value, String(secret));
  }, text);
}
