import type { X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BagProblem } from "../bag-problem.ts";
import { isChain, readCertificates, toPem } from "./certificates.ts";
import { type TimeStamp, verifyTimeStamp } from "./verify-time-stamp.ts";

/** The time stamp of a bag, a TimeStampResp over its tag manifest. No manifest can name it, as it comes later. */
export const TIME_STAMP = "tagmanifest-sha256.txt.tsr";

/** The certificates from the stamp's signer up to the one that signs itself, in PEM. */
export const CHAIN = "tsa-chain.pem";

/** Longest answer of an authority that is read, in bytes: a token with its certificates is 2 to 8 kB. */
const LONGEST = 1_000_000;

/** What there is of a bag to be stamped. */
export interface StampedBag {
  readonly folder: string;
  /** Its plain files, and how many bytes each has. */
  readonly present: ReadonlyMap<string, number>;
  /** What the stamp must be of. */
  readonly tagManifest: Buffer;
  /** Certificates in PEM that the stamp must lead to, beside the bag's own. @default its own alone */
  readonly authorities?: readonly string[] | undefined;
}

/** The time stamp of a bag, when it has one that is good. */
export async function stampOf(bag: StampedBag, problems: BagProblem[]): Promise<TimeStamp | undefined> {
  const { folder, present, tagManifest, authorities } = bag;
  const [isStamped, hasChain] = [present.has(TIME_STAMP), present.has(CHAIN)];
  if (!isStamped && !hasChain) return undefined;
  if (!isStamped || !hasChain) {
    const [file, other] = isStamped ? [CHAIN, TIME_STAMP] : [TIME_STAMP, CHAIN];
    problems.push({ kind: "missing", file, message: `is not there, and ${other} is` });
    return undefined;
  }
  const chain = await chainIn(folder);
  if (chain === undefined) {
    const message =
      "is no chain of certificates in PEM, each issued by the next and the last by itself, and nothing else";
    problems.push({ kind: "malformed", file: CHAIN, message });
    return undefined;
  }
  const { size } = await stat(join(folder, TIME_STAMP));
  if (size > LONGEST) {
    problems.push({
      kind: "malformed",
      file: TIME_STAMP,
      message: "is too long for an answer of a time-stamp authority",
    });
    return undefined;
  }
  const stamp = await verifyTimeStamp(await readFile(join(folder, TIME_STAMP)), tagManifest, [toPem(chain)]);
  if ("problem" in stamp) {
    problems.push({ kind: "forged", file: TIME_STAMP, message: stamp.problem });
    return undefined;
  }
  const root = chain.at(-1);
  const isTrusted = (pem: string): boolean => readCertificates(pem)?.some(({ raw }) => root?.raw.equals(raw)) === true;
  if (!authorities || authorities.some(isTrusted)) return stamp;
  problems.push({
    kind: "forged",
    file: CHAIN,
    message: `ends at none of the authorities that are trusted, but at ${root?.subject}`,
  });
  return undefined;
}

async function chainIn(folder: string): Promise<readonly X509Certificate[] | undefined> {
  const path = join(folder, CHAIN);
  if ((await stat(path)).size > LONGEST) return undefined;
  const text = await readFile(path, "utf8");
  const certificates = readCertificates(text) ?? [];
  return isChain(certificates) && toPem(certificates) === text ? certificates : undefined;
}
