import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import type { ServerCertificate } from "../authority.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const [CONTENT_TYPE, MESSAGE_DIGEST] = ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"];
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

/** What a token says. */
export interface TokenFacts {
  readonly imprint: pkijs.MessageImprint;
  readonly policy: string;
  readonly serialNumber: Buffer;
  readonly at: Date;
  readonly nonce: asn1js.Integer | undefined;
  /** Whether the certificates go along. */
  readonly withCertificates: boolean;
}

/** Signs time-stamp tokens (RFC 3161, section 2.4.2) with one certificate. */
export class TimeStampSigner {
  readonly #chain: readonly Buffer[];
  readonly #key: CryptoKey;

  private constructor(chain: readonly Buffer[], key: CryptoKey) {
    this.#chain = chain;
    this.#key = key;
  }

  /** @param certificate One over P-256, with its chain. */
  static async of({ cert, key }: ServerCertificate): Promise<TimeStampSigner> {
    const certificates = cert
      .split(/(?<=-----END CERTIFICATE-----)\s+(?=-)/)
      .map((pem) => new X509Certificate(pem).raw);
    const der = createPrivateKey(key).export({ type: "pkcs8", format: "der" });
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const imported = await globalThis.crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
    return new TimeStampSigner(certificates, imported);
  }

  /** The token: a ContentInfo with signed data. */
  async sign(facts: TokenFacts): Promise<pkijs.ContentInfo> {
    const info = new pkijs.TSTInfo({
      version: 1,
      policy: facts.policy,
      messageImprint: facts.imprint,
      serialNumber: new asn1js.Integer({ valueHex: facts.serialNumber }),
      genTime: facts.at,
      ...(facts.nonce ? { nonce: facts.nonce } : {}),
    });
    const content = info.toSchema().toBER();
    const certificates = this.#chain.map((der) => pkijs.Certificate.fromBER(Uint8Array.from(der)));
    const [own] = certificates;
    if (!own) throw new TypeError("a signer needs a certificate");
    const signed = new pkijs.SignedData({
      version: 3,
      encapContentInfo: new pkijs.EncapsulatedContentInfo({
        eContentType: TST_INFO,
        eContent: new asn1js.OctetString({ valueHex: content }),
      }),
      certificates: facts.withCertificates ? certificates : [],
      signerInfos: [
        new pkijs.SignerInfo({
          version: 1,
          sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
          signedAttrs: new pkijs.SignedAndUnsignedAttributes({
            type: 0,
            attributes: [
              attribute(CONTENT_TYPE, new asn1js.ObjectIdentifier({ value: TST_INFO })),
              attribute(MESSAGE_DIGEST, new asn1js.OctetString({ valueHex: sha256(Buffer.from(content)) })),
              attribute(SIGNING_CERTIFICATE_V2, signingCertificate(this.#chain[0] ?? Buffer.of())),
            ],
          }),
        }),
      ],
    });
    await signed.sign(this.#key, 0, "SHA-256");
    return new pkijs.ContentInfo({ contentType: SIGNED_DATA, content: signed.toSchema(true) });
  }
}

function attribute(type: string, value: asn1js.BaseBlock): pkijs.Attribute {
  return new pkijs.Attribute({ type, values: [value] });
}

/** The hash of the certificate that signs (RFC 5035): by SHA-256, which needs no naming. */
function signingCertificate(der: Buffer): asn1js.Sequence {
  const identifier = new asn1js.Sequence({ value: [new asn1js.OctetString({ valueHex: sha256(der) })] });
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [identifier] })] });
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}
