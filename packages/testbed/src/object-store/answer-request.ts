import type { IncomingHttpHeaders } from "node:http";
import { type ObjectLock, sha256, type StoredObject, type StoredObjects } from "./stored-objects.ts";

/** A request whose signature is right, with its whole body. */
export interface ObjectRequest {
  readonly method: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What is sent back. */
export interface ObjectAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** The bucket that requests are for. */
export interface Bucket {
  readonly objects: StoredObjects;
  /** Whether objects can be locked, which S3 allows only where it keeps their versions. */
  readonly objectLock: boolean;
  /** Whether `If-None-Match` counts; some stores overlook it. */
  readonly conditionalWrites: boolean;
  /** Most keys of one page of a list. */
  readonly pageSize: number;
  readonly now: () => number;
}

/** Does what a request asks for, as S3 does. */
export function answerRequest(bucket: Bucket, request: ObjectRequest): ObjectAnswer {
  if (sha256(request.body, "hex") !== request.headers["x-amz-content-sha256"]) {
    return refusal(400, "XAmzContentSHA256Mismatch");
  }
  const { method, key } = request;
  if (key === "") return method === "GET" ? list(bucket, request.query) : refusal(405, "MethodNotAllowed");
  if (method === "PUT") return put(bucket, request);
  if (method === "DELETE") return remove(bucket, request);
  const object = bucket.objects.get(key);
  if (!object) return refusal(404, "NoSuchKey");
  const headers = headersOf(object, bucket);
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  if (start === undefined) return { status: 200, headers, body: object.bytes };
  if (Number(start) >= object.bytes.length) return refusal(416, "InvalidRange");
  const body = object.bytes.subarray(Number(start));
  return { status: 206, headers: { ...headers, "content-length": String(body.length) }, body };
}

/** An error as S3 tells one. */
export function refusal(status: number, code: string, headers: Readonly<Record<string, string>> = {}): ObjectAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml", ...headers }, body };
}

function put({ objects, objectLock, conditionalWrites, now }: Bucket, request: ObjectRequest): ObjectAnswer {
  const { key, headers, body } = request;
  if (headers["content-length"] === undefined) return refusal(411, "MissingContentLength");
  const checksum = headers["x-amz-checksum-sha256"];
  if (checksum !== undefined && checksum !== sha256(body, "base64")) return refusal(400, "BadDigest");
  const lock = lockOf(headers);
  if (lock) {
    if (!objectLock) return refusal(400, "InvalidRequest");
    if (checksum === undefined && headers["content-md5"] === undefined) return refusal(400, "InvalidRequest");
    if (!(lock.until > now())) return refusal(400, "InvalidArgument");
  }
  if (conditionalWrites && headers["if-none-match"] === "*" && objects.get(key)) {
    return refusal(412, "PreconditionFailed");
  }
  const { versionId } = objects.put({ key, bytes: body, modifiedAt: now(), lock });
  return { status: 200, headers: objectLock ? { "x-amz-version-id": versionId } : {} };
}

function lockOf(headers: IncomingHttpHeaders): ObjectLock | undefined {
  const mode = headers["x-amz-object-lock-mode"];
  const until = headers["x-amz-object-lock-retain-until-date"];
  if (typeof until !== "string" || (mode !== "GOVERNANCE" && mode !== "COMPLIANCE")) return undefined;
  return { mode, until: Date.parse(until) };
}

function remove({ objects, objectLock, now }: Bucket, { key, query }: ObjectRequest): ObjectAnswer {
  const version = objectLock ? query.get("versionId") : objects.get(key)?.versionId;
  if (version === null) objects.hide(key);
  else if (version !== undefined && !objects.remove(key, version, now())) return refusal(403, "AccessDenied");
  return { status: 204 };
}

function headersOf(
  { bytes, versionId, modifiedAt, lock }: StoredObject,
  { objectLock }: Bucket,
): Record<string, string> {
  return {
    "content-length": String(bytes.length),
    "last-modified": new Date(modifiedAt).toUTCString(),
    ...(objectLock ? { "x-amz-version-id": versionId } : {}),
    ...(lock
      ? {
          "x-amz-object-lock-mode": lock.mode,
          "x-amz-object-lock-retain-until-date": new Date(lock.until).toISOString(),
        }
      : {}),
  };
}

/** ListObjectsV2, with keys percent-encoded where that is asked for. */
function list({ objects, pageSize }: Bucket, query: URLSearchParams): ObjectAnswer {
  if (query.get("list-type") !== "2") return refusal(501, "NotImplemented");
  const prefix = query.get("prefix") ?? "";
  const token = query.get("continuation-token");
  const after = token === null ? "" : Buffer.from(token, "base64").toString();
  const most = Math.min(Number(query.get("max-keys") ?? pageSize), pageSize);
  const all = objects.visible().filter(({ key }) => key.startsWith(prefix) && (after === "" || key > after));
  const page = all.slice(0, most);
  const isTruncated = all.length > page.length;
  const shown = query.get("encoding-type") === "url" ? encodeURIComponent : escaped;
  const contents = page.map(
    ({ key, bytes, modifiedAt }) =>
      `<Contents><Key>${shown(key)}</Key><LastModified>${new Date(modifiedAt).toISOString()}</LastModified>` +
      `<ETag>&quot;${sha256(bytes, "hex").slice(0, 32)}&quot;</ETag><Size>${bytes.length}</Size></Contents>`,
  );
  const next = isTruncated
    ? `<NextContinuationToken>${Buffer.from(page.at(-1)?.key ?? "").toString("base64")}</NextContinuationToken>`
    : "";
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
      `<IsTruncated>${isTruncated}</IsTruncated>${contents.join("")}${next}</ListBucketResult>`,
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
