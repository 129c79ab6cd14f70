import { createHash } from "node:crypto";
import type { Clock } from "@bentham/core";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { type Authority, createAuthority } from "../authority.ts";
import type { TimeStampQuery } from "./start-time-stamp-authority.ts";
import type { TimeStampBehaviour } from "./time-stamp-behaviour.ts";
import { TimeStampSigner } from "./time-stamp-signer.ts";

/** What a desk stamps with. */
interface DeskParts {
  readonly policy: string;
  readonly clock: Clock;
  readonly newSerial: () => Buffer;
}

/** A query, read. */
interface ReadQuery {
  readonly query: pkijs.TimeStampReq;
  readonly seen: TimeStampQuery;
}

/** What signs, by how well. */
type Signers = Readonly<Record<"good" | "expired" | "otherPurpose" | "other", TimeStampSigner>>;

/** What an authority answers. */
export class TimeStampDesk {
  readonly #parts: DeskParts;
  readonly #signers: Signers;

  private constructor(parts: DeskParts, signers: Signers) {
    this.#parts = parts;
    this.#signers = signers;
  }

  static async open(authority: Authority, parts: DeskParts): Promise<TimeStampDesk> {
    const other = await createAuthority(parts.clock);
    return new TimeStampDesk(parts, {
      good: await TimeStampSigner.of(await authority.issueForTimeStamps()),
      expired: await TimeStampSigner.of(await authority.issueForTimeStamps("expired")),
      otherPurpose: await TimeStampSigner.of(await authority.issue(["stamps.example"])),
      other: await TimeStampSigner.of(await other.issueForTimeStamps()),
    });
  }

  /** Undefined for what is no query. */
  read(bytes: Buffer): ReadQuery | undefined {
    try {
      const query = pkijs.TimeStampReq.fromBER(Uint8Array.from(bytes));
      const imprint = hexOf(query.messageImprint.hashedMessage);
      const nonce = query.nonce && hexOf(query.nonce);
      const wantsCertificates = query.certReq === true;
      return { query, seen: { imprint, ...(nonce === undefined ? {} : { nonce }), wantsCertificates } };
    } catch {
      return undefined;
    }
  }

  /** A TimeStampResp, in DER. */
  async reply({ query, seen }: ReadQuery, behaviour: TimeStampBehaviour): Promise<Buffer> {
    if (behaviour === "rejection") return encoded(rejection());
    const { policy, clock, newSerial } = this.#parts;
    const token = await this.#signerFor(behaviour).sign({
      imprint: behaviour === "wrong-imprint" ? otherImprint() : query.messageImprint,
      policy: behaviour === "wrong-policy" ? `${policy}.9` : (query.reqPolicy ?? policy),
      serialNumber: Buffer.concat([Buffer.of(1), newSerial()]),
      at: new Date(Math.floor(clock.now() / 1000) * 1000),
      nonce: nonceFor(query.nonce, behaviour),
      withCertificates: seen.wantsCertificates && behaviour !== "no-certificate",
    });
    const status = new pkijs.PKIStatusInfo({ status: pkijs.PKIStatus.granted });
    const reply = encoded(new pkijs.TimeStampResp({ status, timeStampToken: token }));
    if (behaviour === "spoiled-signature") reply.writeUInt8(reply.readUInt8(reply.length - 1) ^ 1, reply.length - 1);
    return reply;
  }

  #signerFor(behaviour: TimeStampBehaviour): TimeStampSigner {
    const { good, expired, otherPurpose, other } = this.#signers;
    if (behaviour === "expired-certificate") return expired;
    if (behaviour === "other-purpose") return otherPurpose;
    return behaviour === "other-authority" ? other : good;
  }
}

function rejection(): pkijs.TimeStampResp {
  const statusStrings = [new asn1js.Utf8String({ value: "the hash algorithm is not one of ours" })];
  return new pkijs.TimeStampResp({
    status: new pkijs.PKIStatusInfo({ status: pkijs.PKIStatus.rejection, statusStrings }),
  });
}

function nonceFor(asked: asn1js.Integer | undefined, behaviour: TimeStampBehaviour): asn1js.Integer | undefined {
  if (behaviour === "no-nonce") return undefined;
  return behaviour === "wrong-nonce" ? new asn1js.Integer({ value: 4711 }) : asked;
}

function otherImprint(): pkijs.MessageImprint {
  const hashedMessage = createHash("sha256").update("something else").digest();
  return new pkijs.MessageImprint({
    hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: "2.16.840.1.101.3.4.2.1" }),
    hashedMessage: new asn1js.OctetString({ valueHex: hashedMessage }),
  });
}

function hexOf(block: asn1js.Integer | asn1js.OctetString): string {
  return Buffer.from(block.valueBlock.valueHexView).toString("hex");
}

function encoded(response: pkijs.TimeStampResp): Buffer {
  return Buffer.from(response.toSchema().toBER());
}
