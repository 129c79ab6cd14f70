import { createHash, X509Certificate } from "node:crypto";
import { BenthamError } from "@bentham/core";

/**
 * SHA-256 (base64) of each certificate's public key, as Chromium takes them for its list of trusted keys.
 *
 * @throws BenthamError CONFIG_INVALID when an authority is no certificate.
 */
export function publicKeyPins(authorities: readonly string[]): string[] {
  return authorities.map((pem, index) => {
    try {
      const key = new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
      return createHash("sha256").update(key).digest("base64");
    } catch (cause) {
      throw new BenthamError("CONFIG_INVALID", `authorities[${index}] is no certificate in PEM form`, { cause });
    }
  });
}
