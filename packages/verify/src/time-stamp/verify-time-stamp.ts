import { readCertificates } from "./certificates.ts";

/** A time stamp that is good. */
export interface TimeStamp {
  /** When the authority had seen the bytes, by its own clock. */
  readonly at: Date;
  /** The policy that the authority stamps under: an object identifier. */
  readonly policy: string;
  /** In hex. */
  readonly serialNumber: string;
  /** In hex; absent where there is none. */
  readonly nonce?: string;
  /** Subject of the certificate that signed it. */
  readonly authority: string;
  /** That certificate, those above it, and the trusted one at the end, in PEM. */
  readonly chain: string;
}

/** A time stamp, or what is wrong with what should be one, in words. */
export type VerifiedTimeStamp = TimeStamp | { readonly problem: string };

/**
 * Checks a TimeStampResp (RFC 3161): that its token is of `bytes`, signed by a certificate for nothing but time stamps, and
 * that this certificate was valid at that time and leads to one of `authorities`. Certificates that have expired since do
 * no harm; whether one was revoked is not asked.
 *
 * @param authorities Certificates in PEM: those that sign themselves are trusted, others may stand between.
 */
export async function verifyTimeStamp(
  response: Buffer,
  bytes: Buffer,
  authorities: readonly string[],
): Promise<VerifiedTimeStamp> {
  const known = authorities.map((pem) => readCertificates(pem));
  if (known.includes(undefined)) return { problem: "what should be trusted is no certificate in PEM" };
  const { checkToken } = await import("./check-token.ts"); // Loaded when it is needed: it takes a while.
  return checkToken(
    response,
    bytes,
    known.flatMap((certificates) => certificates ?? []),
  );
}
