import { createHash, type X509Certificate } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/** The attributes by which a signer names its certificate: by SHA-1 (RFC 2634), or by any hash (RFC 5035). */
const [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2] = ["1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"];

/** Hashes by their object identifiers, as `node:crypto` names them. */
const HASHES: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** A time-stamp token (RFC 3161, section 2.4.2), read and not yet checked. */
export interface Token {
  readonly signed: pkijs.SignedData;
  readonly info: pkijs.TSTInfo;
}

/** Reads a TimeStampResp, or says why there is no token in it. */
export function readResponse(response: Buffer): Token | string {
  try {
    const { status, timeStampToken } = pkijs.TimeStampResp.fromBER(Uint8Array.from(response));
    const isGranted = status.status === pkijs.PKIStatus.granted || status.status === pkijs.PKIStatus.grantedWithMods;
    if (!isGranted) return `the authority gave no time stamp: ${wordsOf(status)}`;
    if (timeStampToken?.contentType !== SIGNED_DATA) return "holds no time-stamp token";
    const signed = new pkijs.SignedData({ schema: timeStampToken.content });
    const { eContentType, eContent } = signed.encapContentInfo;
    if (eContentType !== TST_INFO || !eContent || signed.signerInfos.length !== 1) return "holds no time-stamp token";
    return { signed, info: pkijs.TSTInfo.fromBER(eContent.getValue()) };
  } catch {
    return "is no answer of a time-stamp authority";
  }
}

function wordsOf({ status, statusStrings = [] }: pkijs.PKIStatusInfo): string {
  const words = statusStrings.map((text) => text.valueBlock.value).join("; ");
  return `status ${status}${words === "" ? "" : ` (${words})`}`;
}

/** Whether a certificate is for time stamps and nothing else, as RFC 3161, section 2.3 demands. */
export function isForTimeStamps(certificate: pkijs.Certificate): boolean {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === EXTENDED_KEY_USAGE);
  const purposes = usage?.parsedValue instanceof pkijs.ExtKeyUsage ? usage.parsedValue.keyPurposes : [];
  return usage?.critical === true && purposes.length === 1 && purposes[0] === TIME_STAMPING;
}

/** Whether the signer says, under its signature, that it signs a time stamp, and with this certificate. */
export function namesCertificate({ signed }: Token, certificate: X509Certificate): boolean {
  const attributes = signed.signerInfos[0]?.signedAttrs?.attributes ?? [];
  const [type] = attributes.find((each) => each.type === CONTENT_TYPE)?.values ?? [];
  if (!(type instanceof asn1js.ObjectIdentifier) || type.valueBlock.toString() !== TST_INFO) return false;
  const named = attributes.filter((each) => each.type === SIGNING_CERTIFICATE || each.type === SIGNING_CERTIFICATE_V2);
  return (
    named.length > 0 &&
    named.every((each) =>
      isHashOf(certificate.raw, each.values[0], each.type === SIGNING_CERTIFICATE ? "sha1" : "sha256"),
    )
  );
}

/** @param value A SigningCertificate: a sequence of identifiers, of which the first is the signer's. */
function isHashOf(der: Buffer, value: unknown, usualHash: string): boolean {
  const identifier = firstOf(firstOf(value));
  if (!(identifier instanceof asn1js.Sequence)) return false;
  const [first, second] = identifier.valueBlock.value;
  const algorithm = first instanceof asn1js.Sequence ? firstOf(first) : undefined;
  const [hash, named] =
    algorithm instanceof asn1js.ObjectIdentifier
      ? [HASHES[algorithm.valueBlock.toString()], second]
      : [usualHash, first];
  if (hash === undefined || !(named instanceof asn1js.OctetString)) return false;
  return createHash(hash).update(der).digest().equals(Buffer.from(named.valueBlock.valueHexView));
}

function firstOf(value: unknown): unknown {
  return value instanceof asn1js.Sequence ? value.valueBlock.value[0] : undefined;
}

/** A number or a string of bytes, in hex. */
export function hexOf(block: asn1js.Integer | asn1js.OctetString): string {
  return Buffer.from(block.valueBlock.valueHexView).toString("hex");
}
