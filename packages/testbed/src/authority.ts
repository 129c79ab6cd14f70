import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { type Clock, systemClock } from "@bentham/core";
import type { Extension } from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

/** A certificate and its key, in PEM, as `node:https` takes them. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What is wrong with a certificate, if anything is. */
export type CertificateState = "valid" | "expired" | "not-yet-valid" | "self-signed";

/** A certificate authority that nobody trusts unless told to. */
export interface Authority {
  /** Its own certificate, in PEM: what a client has to trust, as the file of `NODE_EXTRA_CA_CERTS`, say. */
  readonly certificate: string;
  /**
   * Issues a certificate for host names and IP addresses. One for the wrong host is one for another host.
   *
   * @param hosts At least one. @default 127.0.0.1 and localhost
   * @param state `self-signed` is not the authority's at all. @default "valid"
   */
  issue(hosts?: readonly string[], state?: CertificateState): Promise<ServerCertificate>;
  /**
   * Issues a certificate for nothing but time stamps (RFC 3161, section 2.3).
   *
   * @param state @default "valid"
   */
  issueForTimeStamps(state?: CertificateState): Promise<ServerCertificate>;
}

/** The days that a certificate holds, counted from now. */
const DAYS: Readonly<Record<CertificateState, readonly [from: number, to: number]>> = {
  valid: [-1, 30],
  expired: [-30, -1],
  "not-yet-valid": [1, 30],
  "self-signed": [-1, 30],
};

/** Makes an authority with a key of its own (ECDSA on P-256). */
export async function createAuthority(clock: Clock = systemClock): Promise<Authority> {
  // Loaded when it is needed: it takes a while, and its injection library wants a polyfill in place first.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(globalThis.crypto);
  const daysFromNow = (days: number): Date => new Date(clock.now() + days * DAY);

  const keys = await newKeys();
  const name = "CN=Bentham testbed authority";
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name,
    notBefore: daysFromNow(-60),
    notAfter: daysFromNow(365),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  const issue = async (
    subject: string,
    purpose: readonly Extension[],
    state: CertificateState,
  ): Promise<ServerCertificate> => {
    const own = await newKeys();
    const signer = state === "self-signed" ? own : keys;
    const [from, to] = DAYS[state];
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerialNumber(),
      subject,
      issuer: state === "self-signed" ? subject : root.subject,
      notBefore: daysFromNow(from),
      notAfter: daysFromNow(to),
      signingAlgorithm: ALGORITHM,
      publicKey: own.publicKey,
      signingKey: signer.privateKey,
      extensions: [
        ...purpose,
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey),
      ],
    });
    const key = await globalThis.crypto.subtle.exportKey("pkcs8", own.privateKey);
    // The authority's own goes along: who trusts by the hash of its key has to see it.
    const chain = signer === own ? [certificate] : [certificate, root];
    return {
      cert: chain.map((each) => each.toString("pem")).join("\n"),
      key: x509.PemConverter.encode(key, "PRIVATE KEY"),
    };
  };

  return {
    certificate: root.toString("pem"),
    issue: (hosts = ["127.0.0.1", "localhost"], state = "valid") =>
      issue(
        `CN=${hosts[0]}`,
        [
          new x509.SubjectAlternativeNameExtension(hosts.map((host) => ({ type: typeOf(host), value: host }))),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        ],
        state,
      ),
    issueForTimeStamps: (state = "valid") =>
      issue(
        "CN=Bentham testbed time stamps",
        [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.timeStamping], true)],
        state,
      ),
  };
}

function newKeys(): Promise<CryptoKeyPair> {
  return globalThis.crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** 16 bytes, of which the first keeps the number positive. */
function newSerialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}

function typeOf(host: string): "ip" | "dns" {
  return isIP(host) === 0 ? "dns" : "ip";
}
