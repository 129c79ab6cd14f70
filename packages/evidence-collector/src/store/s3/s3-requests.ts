import type { AwsV4Signer as Signer } from "aws4fetch";
import {
  type Clock,
  isBenthamError,
  type Random,
  startTimer,
  systemClock,
  systemRandom,
  traitsOf,
} from "@bentham/core";
import { codeOf } from "../../bag/system-error.ts";
import { EvidenceStoreError } from "../evidence-store-error.ts";
import { judgeAnswer, type Refusal } from "./judge-answer.ts";
import { DEFAULT_RETRY, type S3Retry, type S3StoreOptions } from "./s3-options.ts";

/** One request to a bucket. */
export interface S3Request {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  /** Of the object, with the prefix. @default the bucket itself */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Blob;
  /** SHA-256 of the body, in hex. @default that of no body */
  readonly bodySha256?: string;
  /** Statuses beside 2xx that are given back. */
  readonly expected?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** SHA-256 of nothing. */
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The slowest connection on which a body is waited for, in bytes per millisecond: 64 KiB a second. */
const SLOWEST = 65.536;

/** Signs requests to a bucket, sends them, and sends those again that may succeed later. */
export class S3Requests {
  /** What messages call the bucket. */
  readonly name: string;
  readonly #options: S3StoreOptions;
  readonly #retry: S3Retry;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Keys that signatures are made with; they hold for a day. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();

  constructor(options: S3StoreOptions) {
    const { endpoint, bucket, prefix = "" } = options;
    this.name = `${new URL(endpoint).host}/${bucket}${prefix === "" ? "" : `/${prefix}`}`;
    this.#options = options;
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
  }

  /**
   * @returns an answer of 2xx, or of a status that is expected. Its body is the caller's to read or to cancel.
   * @throws EvidenceStoreError, or the signal's reason.
   */
  async send(request: S3Request, tries: number = this.#retry.tries): Promise<Response> {
    for (let count = 1; ; count++) {
      const tried = await this.#try(request);
      if (!("trouble" in tried)) return tried;
      if (tried.trouble.trouble !== "away" || count >= tries) throw tried.trouble;
      await this.pause(count, request.signal, tried.retryAfter);
    }
  }

  /** Waits before another try: longer each time, by chance, so that many do not come back at once. */
  async pause(count: number, signal?: AbortSignal, atLeast = 0): Promise<void> {
    const { baseDelay, maxDelay } = this.#retry;
    const longest = Math.min(maxDelay, baseDelay * 2 ** (count - 1));
    const delay = Math.max(Math.min(maxDelay, atLeast), longest * (0.5 + this.#random() / 2));
    await this.#clock.sleep(delay, signal);
  }

  get tries(): number {
    return this.#retry.tries;
  }

  async #try(request: S3Request): Promise<Response | Refusal> {
    const { signal } = request;
    signal?.throwIfAborted();
    const tooLong = new AbortController();
    const patience = this.#retry.timeout + (request.body?.size ?? 0) / SLOWEST;
    const stop = startTimer(this.#clock, patience, () => tooLong.abort());
    try {
      const { url, headers } = await this.#sign(request);
      const answer = await this.#options.fetch(url, {
        method: request.method,
        headers,
        signal: signal ? AbortSignal.any([signal, tooLong.signal]) : tooLong.signal,
        ...(request.body ? { body: request.body } : {}),
      });
      if (answer.ok || request.expected?.includes(answer.status)) return answer;
      return await judgeAnswer(answer, request, { store: this.name, region: this.#options.region, clock: this.#clock });
    } catch (error) {
      signal?.throwIfAborted();
      return { trouble: this.#troubleOf(error, tooLong.signal.aborted ? patience : undefined), retryAfter: 0 };
    } finally {
      stop();
    }
  }

  async #sign({ method, key = "", query = {}, headers = {}, bodySha256 = EMPTY_SHA256 }: S3Request): Promise<{
    readonly url: URL;
    readonly headers: Headers;
  }> {
    const { endpoint, bucket, region, credentials } = this.#options;
    // In the path, not in the host's name: every store takes that, and a credential stays bound to one host.
    const path = [bucket, ...(key === "" ? [] : key.split("/"))].map(encodeURIComponent).join("/");
    const url = new URL(`${endpoint.replace(/\/+$/, "")}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials(url);
    const { AwsV4Signer } = await import("aws4fetch");
    const signer: Signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, "x-amz-content-sha256": bodySha256 },
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      ...(sessionToken ? { sessionToken: sessionToken.reveal() } : {}),
      service: "s3",
      region,
      cache: this.#signingKeys,
      datetime: new Date(this.#clock.now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ""),
    });
    return await signer.sign();
  }

  /** What it means that there was no answer. */
  #troubleOf(error: unknown, patience: number | undefined): EvidenceStoreError {
    if (error instanceof EvidenceStoreError) return error;
    if (patience !== undefined) {
      return new EvidenceStoreError("away", `${this.name} did not answer within ${Math.round(patience / 1000)} s`);
    }
    // An address or a credential that may not be used: nothing that passes.
    if (isBenthamError(error) && !traitsOf(error.code).isRetryable) {
      return new EvidenceStoreError("refused", `${this.name}: ${error.message}`, { cause: error });
    }
    const code = networkCodeOf(error);
    if (code !== undefined && /CERT|TLS|SSL|SIGNATURE/.test(code)) {
      const advice = "name the authority that it has its certificate from under authorities in bentham.config.yaml";
      return new EvidenceStoreError("refused", `${this.name} is not who it should be (${code}): ${advice}`, {
        cause: error,
      });
    }
    return new EvidenceStoreError("away", `${this.name} cannot be reached (${code ?? "no answer"})`, { cause: error });
  }
}

/** The code of a network's error, which `fetch` hides among the causes of its own. */
function networkCodeOf(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const code = codeOf(cause);
    if (code !== undefined) return code;
  }
  return undefined;
}
