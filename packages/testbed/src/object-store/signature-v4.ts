import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent, encoded. */
  readonly target: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Who may sign, and for where. */
export interface SigningAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** Why a request is refused: the error code of S3. Undefined for one whose signature is right. */
export type SignatureFault =
  | "AccessDenied"
  | "AuthorizationHeaderMalformed"
  | "InvalidAccessKeyId"
  | "RequestTimeTooSkewed"
  | "SignatureDoesNotMatch";

/** How far the clocks of client and server may be apart, in milliseconds: 15 minutes, as S3 has it. */
const MOST_SKEW = 900_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;

/**
 * Checks the signature of a request in its `Authorization` header (AWS Signature Version 4, for S3, payload in one chunk).
 * Written from the description of the algorithm, apart from any client, so that the two can disagree.
 *
 * @param now The server's time, in milliseconds since the Unix epoch.
 */
export function signatureFault(
  request: SignedRequest,
  account: SigningAccount,
  now: number,
): SignatureFault | undefined {
  const header = valueOf(request, "authorization");
  if (header === undefined) return "AccessDenied";
  const [, accessKeyId, date = "", region = "", signedHeaders = "", signature = ""] = AUTHORIZATION.exec(header) ?? [];
  const time = valueOf(request, "x-amz-date") ?? "";
  const signed = signedHeaders.split(";");
  const mustBeSigned = ["host", ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"))];
  if (signature === "" || region !== account.region || !time.startsWith(date)) return "AuthorizationHeaderMalformed";
  if (mustBeSigned.some((name) => !signed.includes(name))) return "AccessDenied";
  if (accessKeyId !== account.accessKeyId) return "InvalidAccessKeyId";
  if (!(Math.abs(timeOf(time) - now) <= MOST_SKEW)) return "RequestTimeTooSkewed";
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonicalRequest(request, signed))].join("\n");
  const expected = hmac(signingKey(account.secretAccessKey, [date, region, "s3", "aws4_request"]), text);
  return timingSafeEqual(expected, Buffer.from(signature, "hex")) ? undefined : "SignatureDoesNotMatch";
}

function canonicalRequest(request: SignedRequest, signed: readonly string[]): string {
  const [path = "", query = ""] = request.target.split("?", 2);
  const headers = signed.map((name) => `${name}:${(valueOf(request, name) ?? "").trim().replaceAll(/ +/g, " ")}\n`);
  return [
    request.method,
    path.split("/").map(reencoded).join("/"),
    canonicalQuery(query),
    headers.join(""),
    signed.join(";"),
    valueOf(request, "x-amz-content-sha256") ?? "",
  ].join("\n");
}

function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? `${reencoded(part)}=` : `${reencoded(part.slice(0, at))}=${reencoded(part.slice(at + 1))}`;
    })
    .toSorted()
    .join("&");
}

/** Percent-encoded as the algorithm wants it, whatever the client has left as it is. */
function reencoded(part: string): string {
  const encoded = encodeURIComponent(decodeURIComponent(part));
  return encoded.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function signingKey(secret: string, scope: readonly string[]): Buffer {
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope) key = hmac(key, part);
  return key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** `20130524T000000Z` in milliseconds since the Unix epoch; NaN for what is no time. */
function timeOf(text: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function valueOf({ headers }: SignedRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
