import { createHash } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

const SHA256 = "2.16.840.1.101.3.4.2.1";

/**
 * A query to a time-stamp authority (RFC 3161, section 2.4.1), in DER: for the SHA-256 of `bytes`, with the certificates.
 *
 * @returns with it the nonce as a token gives it back, in hex.
 */
export function timeStampQuery(
  bytes: Buffer,
  nonce: Buffer,
  policy?: string,
): { readonly query: Uint8Array<ArrayBuffer>; readonly nonceHex: string } {
  // A positive number in its shortest form, so that it comes back as it went: the first byte is from 0x40 to 0x7f.
  const number = Buffer.from(nonce);
  number.writeUInt8((number.readUInt8(0) & 0x3f) | 0x40, 0);
  const hashedMessage = createHash("sha256").update(bytes).digest();
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() }),
      hashedMessage: new asn1js.OctetString({ valueHex: hashedMessage }),
    }),
    ...(policy === undefined ? {} : { reqPolicy: policy }),
    nonce: new asn1js.Integer({ valueHex: number }),
    certReq: true,
  });
  return { query: new Uint8Array(request.toSchema().toBER()), nonceHex: number.toString("hex") };
}
