import { X509Certificate } from "node:crypto";

/** The certificates of a text in PEM, whatever else stands there; undefined when one is none. */
export function readCertificates(pem: string): X509Certificate[] | undefined {
  try {
    return Array.from(
      pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g),
      ([block]) => new X509Certificate(block),
    );
  } catch {
    return undefined;
  }
}

/** Certificates in PEM, one after the other, and nothing else. */
export function toPem(chain: readonly X509Certificate[]): string {
  return chain.map((certificate) => certificate.toString()).join("");
}

/** Whether a certificate is its own issuer, and signed by itself: the end of a chain. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}

/** Whether each certificate is issued by the next, and the last by itself. */
export function isChain(certificates: readonly X509Certificate[]): boolean {
  return (
    certificates.length > 0 &&
    certificates.every((certificate, index) => isIssuedBy(certificate, certificates[index + 1] ?? certificate))
  );
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // A key of a kind that is not known here.
  }
}
