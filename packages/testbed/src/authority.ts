import { randomBytes, webcrypto } from "node:crypto";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** A certificate and its key, in PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority that nobody trusts unless told to. */
export interface Authority {
  /** The authority's own certificate, in PEM. */
  readonly certificate: string;
  /** Issues a certificate for a host; valid from `fromDay` to `toDay`, counted from now. */
  issue(host: string, fromDay?: number, toDay?: number): Promise<ServerCertificate>;
}

/** Makes an authority with a key of its own (P-256). */
export async function createAuthority(): Promise<Authority> {
  // Loaded when it is needed: it takes a while, and its injection library wants a polyfill in place first.
  await import("reflect-metadata");
  const {
    AuthorityKeyIdentifierExtension,
    BasicConstraintsExtension,
    cryptoProvider,
    KeyUsageFlags,
    KeyUsagesExtension,
    SubjectAlternativeNameExtension,
    X509CertificateGenerator,
  } = await import("@peculiar/x509");
  cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Bentham testbed",
    notBefore: daysFromNow(-1),
    notAfter: daysFromNow(365),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return {
    certificate: root.toString("pem"),
    async issue(host, fromDay = -1, toDay = 30) {
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const certificate = await X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject: `CN=${host}`,
        issuer: root.subject,
        notBefore: daysFromNow(fromDay),
        notAfter: daysFromNow(toDay),
        signingAlgorithm: ALGORITHM,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new SubjectAlternativeNameExtension([{ type: /^[\d.]+$|:/.test(host) ? "ip" : "dns", value: host }]),
          await AuthorityKeyIdentifierExtension.create(keys.publicKey),
        ],
      });
      const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", own.privateKey)).toString("base64");
      return {
        cert: certificate.toString("pem"),
        key: `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/(.{64})/g, "$1\n").trimEnd()}\n-----END PRIVATE KEY-----\n`,
      };
    },
  };
}

function serialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY);
}
