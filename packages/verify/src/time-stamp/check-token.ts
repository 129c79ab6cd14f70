import { X509Certificate } from "node:crypto";
import * as pkijs from "pkijs";
import { isSelfSigned, toPem } from "./certificates.ts";
import { hexOf, isForTimeStamps, namesCertificate, readResponse, type Token } from "./token.ts";
import type { VerifiedTimeStamp } from "./verify-time-stamp.ts";

/** Checks a TimeStampResp. @param known Certificates: those that sign themselves are trusted. */
export async function checkToken(
  response: Buffer,
  bytes: Buffer,
  known: readonly X509Certificate[],
): Promise<VerifiedTimeStamp> {
  const token = readResponse(response);
  if (typeof token === "string") return { problem: token };
  const chain = await chainOf(token, bytes, known);
  if (typeof chain === "string") return { problem: chain };
  const { genTime, policy, serialNumber, nonce } = token.info;
  return {
    at: genTime,
    policy,
    serialNumber: hexOf(serialNumber),
    ...(nonce ? { nonce: hexOf(nonce) } : {}),
    authority: chain[0].subject.replaceAll("\n", ", "),
    chain: toPem(chain),
  };
}

/** The certificates from the signer's up to the trusted one, or why there are none. */
async function chainOf(
  token: Token,
  bytes: Buffer,
  known: readonly X509Certificate[],
): Promise<readonly [X509Certificate, ...X509Certificate[]] | string> {
  const [trusted, between] = [known.filter(isSelfSigned), known.filter((each) => !isSelfSigned(each))];
  if (trusted.length === 0) return "no certificate is trusted that signs itself: the chain has no end";
  token.signed.certificates = [...(token.signed.certificates ?? []), ...between.map(parsed)];
  try {
    const { signatureVerified, signerCertificate, certificatePath } = await token.signed.verify({
      signer: 0,
      data: Uint8Array.from(bytes).buffer,
      checkChain: true,
      trustedCerts: trusted.map(parsed),
      extendedMode: true,
    });
    if (signatureVerified !== true || !signerCertificate) return "its signature is not of what it says";
    const [signer, ...above] = certificatePath.map((each) => new X509Certificate(Buffer.from(each.toSchema().toBER())));
    if (!signer || !namesCertificate(token, signer))
      return "its signature does not name the certificate that signed it";
    if (!isForTimeStamps(signerCertificate)) return "it is signed with a certificate that is not for time stamps";
    return [signer, ...above];
  } catch (error) {
    return reasonOf(error);
  }
}

function parsed(certificate: X509Certificate): pkijs.Certificate {
  return pkijs.Certificate.fromBER(Uint8Array.from(certificate.raw));
}

/** The library tells what is wrong by an object of its own that is an error. */
function reasonOf(error: unknown): string {
  const words = error instanceof Error ? error.message.replace("Error during verification: ", "") : String(error);
  return words === "TSTInfo verification is failed" ? "it is the time stamp of something else" : words;
}
