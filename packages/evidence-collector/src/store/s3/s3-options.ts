import { BenthamError, type Clock, type Fetch, type Random, type Secret } from "@bentham/core";

/** What requests are signed with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Of credentials that expire. */
  readonly sessionToken?: Secret | undefined;
}

/** How long each object is kept from being deleted or replaced: S3 Object Lock. */
export interface Retention {
  /** `governance` can be lifted by whoever has a special right, `compliance` by nobody. */
  readonly mode: "governance" | "compliance";
  /** From when the object is stored, 1 to 36500. */
  readonly days: number;
}

/** Options of `createS3Store`. */
export interface S3StoreOptions {
  /** Of the service, without the bucket, such as `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** What requests are signed for. Stores without regions mostly take `us-east-1`. */
  readonly region: string;
  /** What the names of all objects begin with, without a slash at its end. @default nothing */
  readonly prefix?: string | undefined;
  /** Asked before each request, for that address alone. */
  readonly credentials: (url: URL) => Promise<S3Credentials>;
  /** The bucket must have been made with Object Lock. @default objects are not locked */
  readonly retention?: Retention | undefined;
  /** The way out. It must follow no redirect: a signature is for one host. */
  readonly fetch: Fetch;
  readonly retry?: Partial<S3Retry> | undefined;
  /** @default the real clock */
  readonly clock?: Clock | undefined;
  /** @default chance that nobody can replay */
  readonly random?: Random | undefined;
}

/** How requests are tried again that may succeed later. */
export interface S3Retry {
  /** How often a request is tried in all, 1 or more. @default 5 */
  readonly tries: number;
  /** The longest first wait, in milliseconds; each further one is up to twice as long. @default 250 */
  readonly baseDelay: number;
  /** The longest wait, in milliseconds, whatever the store asks for. @default 20000 */
  readonly maxDelay: number;
  /** How long one try may take until its answer begins, in milliseconds, beside a second for each 64 KiB sent. @default 30000 */
  readonly timeout: number;
}

export const DEFAULT_RETRY: S3Retry = { tries: 5, baseDelay: 250, maxDelay: 20_000, timeout: 30_000 };

/** @throws BenthamError CONFIG_INVALID for an option out of its range. */
export function checkS3Options({ endpoint, bucket, prefix = "", retention }: S3StoreOptions): void {
  const url = URL.parse(endpoint);
  const isPlain = url && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "" && url.hash === "";
  if (!isPlain) throw invalid("endpoint", "the address of a service, as https://host or http://host:port", endpoint);
  if (!BUCKET.test(bucket)) throw invalid("bucket", "3 to 63 of a-z, 0-9, dots and hyphens", bucket);
  if (!PREFIX.test(prefix)) throw invalid("prefix", "names of a-z, A-Z, 0-9, _, . and -, with slashes between", prefix);
  const days = retention?.days ?? 1;
  if (!Number.isSafeInteger(days) || days < 1 || days > 36_500) {
    throw invalid("retention.days", "a whole number from 1 to 36500", String(days));
  }
}

/** What a bucket may be named. */
export const BUCKET: RegExp = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What a prefix may be. */
export const PREFIX: RegExp = /^(?:[\w-][\w.-]*(?:\/[\w-][\w.-]*)*)?$/;

function invalid(name: string, range: string, value: string): BenthamError {
  return new BenthamError("CONFIG_INVALID", `${name} must be ${range}, and is ${JSON.stringify(value)}`);
}
