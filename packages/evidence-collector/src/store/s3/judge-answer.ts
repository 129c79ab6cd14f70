import type { Clock, StoreTrouble } from "@bentham/core";
import { EvidenceStoreError } from "../evidence-store-error.ts";
import { retryAfterOf } from "./retry-after.ts";
import { codeIn, readText } from "./s3-xml.ts";
import type { S3Request } from "./s3-requests.ts";

/** Longest text of an error that is read, in bytes. */
const LONGEST_ERROR = 65_536;

/** Why there is no answer to go on with. */
export interface Refusal {
  readonly trouble: EvidenceStoreError;
  /** How long to wait at least before another try, in milliseconds. */
  readonly retryAfter: number;
}

/** What a request was for, for messages. */
export interface JudgingParts {
  readonly store: string;
  readonly region: string;
  readonly clock: Clock;
}

/** What is said of a code of S3, and whether that passes. */
type Rule = readonly [trouble: StoreTrouble, advice: string];

const AGAIN: Rule = ["away", "it cannot do it now"];

/** Codes of S3 that mean something beside their status. */
const CODES: Readonly<Record<string, Rule>> = {
  RequestTimeTooSkewed: [
    "refused",
    "this machine's clock and the store's are more than 15 minutes apart: set the clock",
  ],
  SignatureDoesNotMatch: ["refused", "the secret access key is not that of the access key id"],
  InvalidAccessKeyId: ["refused", "it does not know the access key id"],
  ExpiredToken: ["refused", "the session token has expired: get new credentials"],
  InvalidToken: ["refused", "the session token is not valid: get new credentials"],
  NoSuchBucket: ["refused", "there is no such bucket: make it, or correct evidence.store.bucket"],
  NotImplemented: ["refused", "it does not know a header that is needed, most likely If-None-Match: use another store"],
  InvalidRequest: ["refused", "it does not take the request; a bucket must be made with Object Lock for a retention"],
  ObjectLockConfigurationNotFoundError: ["refused", "the bucket was made without Object Lock, which a retention needs"],
  XMinioStorageFull: ["full", "it has no room: make some"],
  QuotaExceeded: ["full", "its quota is used up: raise it"],
  RequestTimeout: AGAIN,
  SlowDown: AGAIN,
  ConditionalRequestConflict: AGAIN,
  OperationAborted: AGAIN,
  // Bytes that were damaged on their way.
  BadDigest: AGAIN,
  XAmzContentSHA256Mismatch: AGAIN,
};

const STATUSES: Readonly<Record<number, Rule>> = {
  401: ["refused", "it does not take the credentials"],
  403: ["refused", "the credentials may not do that: let them list the bucket, and get, put and delete its objects"],
  404: ["missing", "it is not there"],
  408: AGAIN,
  409: AGAIN,
  429: AGAIN,
  500: AGAIN,
  502: AGAIN,
  503: AGAIN,
  504: AGAIN,
  507: ["full", "it has no room: make some"],
};

/** What an answer means that is none to go on with. */
export async function judgeAnswer(
  answer: Response,
  { method, key = "" }: S3Request,
  { store, region, clock }: JudgingParts,
): Promise<Refusal> {
  const text = await readText(answer, LONGEST_ERROR).catch(() => ""); // The status says enough.
  const code = codeIn(text);
  const elsewhere = answer.headers.get("x-amz-bucket-region");
  const rule =
    (code && CODES[code]) || STATUSES[answer.status] || (["refused", "it does not take the request"] as const);
  const isElsewhere = answer.status === 301 || answer.status === 307 || code === "AuthorizationHeaderMalformed";
  const [trouble, advice]: Rule = isElsewhere
    ? ["refused", `the bucket is in another region than ${region}${regionOf(elsewhere)}: correct evidence.store.region`]
    : rule;
  const what = key === "" ? method : `${method} ${key}`;
  const message = `${store}: ${advice} (${what}: ${answer.status}${code === undefined ? "" : ` ${code}`})`;
  return { trouble: new EvidenceStoreError(trouble, message), retryAfter: retryAfterOf(answer.headers, clock) };
}

function regionOf(header: string | null): string {
  return header !== null && /^[a-z0-9-]{1,40}$/.test(header) ? `, in ${header}` : "";
}
