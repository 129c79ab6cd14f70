import { randomBytes } from "node:crypto";
import { BenthamError, type Clock, type Fetch, startTimer, systemClock } from "@bentham/core";
import { type TimeStamp, verifyTimeStamp } from "@bentham/verify";
import { describeFailure } from "../exchange/describe-failure.ts";

/** Longest time that an authority may take, in milliseconds. */
const PATIENCE = 20_000;

/** Longest answer that is read, in bytes: a token with its certificates is 2 to 8 kB. */
const LONGEST_ANSWER = 1_000_000;

/** Options of {@link createTimeStamper}. */
export interface TimeStamperOptions {
  /** Where the authority takes queries: http or https. */
  readonly url: string;
  /** Certificates in PEM that its stamps must lead to: at least one that signs itself, and those between where it sends none. */
  readonly authorities: readonly string[];
  /** The policy to ask for, an object identifier. @default the authority's own */
  readonly policy?: string | undefined;
  readonly fetch: Fetch;
  /** @default the real clock */
  readonly clock?: Clock;
  /** Eight bytes that nobody can guess, which the token must give back. @default the system's chance */
  readonly nonce?: () => Buffer;
}

/** Gets time stamps (RFC 3161) from an authority, and checks them. */
export interface TimeStamper {
  /**
   * Asks the authority for a stamp of `bytes`, of which it learns the SHA-256 alone.
   *
   * @throws BenthamError EVIDENCE_FAILED when it gives none that is good, ADDRESS_REFUSED when it is at a private address;
   *   or the signal's reason.
   */
  stamp(bytes: Buffer, signal: AbortSignal): Promise<Stamped>;
  /** Checks a stamp that is there already. Undefined when it is none of `bytes`. */
  check(response: Buffer, bytes: Buffer): Promise<TimeStamp | undefined>;
}

/** A time stamp and the answer that it came in, a TimeStampResp in DER. */
export interface Stamped {
  readonly response: Buffer;
  readonly timeStamp: TimeStamp;
}

/** Makes a time stamper. */
export function createTimeStamper(options: TimeStamperOptions): TimeStamper {
  const { url, authorities, policy, nonce = () => randomBytes(8) } = options;
  const failed = (why: string, cause?: unknown): BenthamError =>
    new BenthamError("EVIDENCE_FAILED", `the time-stamp authority at ${new URL(url).host} ${why}`, { cause });
  return {
    async stamp(bytes, signal) {
      const { timeStampQuery } = await import("./time-stamp-query.ts"); // Loaded when it is needed: it takes a while.
      const { query, nonceHex } = timeStampQuery(bytes, nonce(), policy);
      const response = await asked(options, query, signal, failed);
      const timeStamp = await verifyTimeStamp(response, bytes, authorities);
      if ("problem" in timeStamp) throw failed(`gave no good time stamp: ${timeStamp.problem}`);
      if (timeStamp.nonce !== nonceHex) throw failed("answered another query: the nonce is not ours");
      if (policy !== undefined && timeStamp.policy !== policy) {
        throw failed(`stamped under the policy ${timeStamp.policy}, not under ${policy}`);
      }
      return { response, timeStamp };
    },
    async check(response, bytes) {
      const timeStamp = await verifyTimeStamp(response, bytes, authorities);
      return "problem" in timeStamp ? undefined : timeStamp;
    },
  };
}

/** What the authority answers to a query. */
async function asked(
  { url, fetch, clock = systemClock }: TimeStamperOptions,
  query: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  failed: (why: string, cause?: unknown) => BenthamError,
): Promise<Buffer> {
  const late = new AbortController();
  const stop = startTimer(clock, PATIENCE, () => late.abort(new Error(`no answer within ${PATIENCE / 1000} s`)));
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
      body: query,
      signal: AbortSignal.any([signal, late.signal]),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw failed(`answered with status ${response.status}`);
    }
    return await wholeBody(response, () => failed("answered with more than a time stamp can be"));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BenthamError) throw error;
    throw failed(`is away (${describeFailure(error)})`, error);
  } finally {
    stop();
  }
}

async function wholeBody(response: Response, tooLong: () => BenthamError): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
