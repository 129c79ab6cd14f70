import { KnownValues } from "./known-values.ts";
import type { Secret } from "./secret.ts";

/** Replaces every secret that stands in `text`, in whatever form it may be written, by `[secret]`. */
export function scrubSecrets(text: string, secrets: readonly Secret[]): string {
  return new KnownValues(secrets, () => "[secret]").scrub(text);
}
