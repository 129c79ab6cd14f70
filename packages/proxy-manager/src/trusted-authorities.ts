import { BenthamError } from "@bentham/core";
import { X509Certificate } from "node:crypto";
import { createSecureContext, getCACertificates, type SecureContext } from "node:tls";

/**
 * Trusts what Node trusts, and `authorities`; without any, undefined, which means Node's own trust. To be made once:
 * reading every authority anew for each connection is slow.
 *
 * @throws BenthamError CONFIG_INVALID when an authority is no certificate.
 */
export function trusting(authorities: readonly string[]): SecureContext | undefined {
  if (authorities.length === 0) return undefined;
  for (const [index, authority] of authorities.entries()) checkCertificate(authority, index);
  return createSecureContext({ ca: [...getCACertificates("default"), ...authorities] });
}

function checkCertificate(pem: string, index: number): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new BenthamError("CONFIG_INVALID", `authorities[${index}] is no certificate in PEM form`, { cause });
  }
}
