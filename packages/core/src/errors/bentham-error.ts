import type { ErrorCode } from "./error-codes.ts";

/** Marks Bentham's errors across copies of this package, where `instanceof` fails. */
const brand = Symbol.for("bentham.error");

/** What a {@link BenthamError} may carry beside its message. Never a secret. */
export interface BenthamErrorOptions extends ErrorOptions {
  /** How long to wait before asking again, in milliseconds, where the surface said so. */
  readonly retryAfterMs?: number;
  /** What has to rest as long as `retryAfterMs` says, which may be Infinity, since other jobs would meet the same. */
  readonly pauses?: "lane";
  /** The account that a person has to see to, as `pool/id`, where the error was met before one was leased. */
  readonly account?: string;
  /** What there was of an answer. */
  readonly partialText?: string;
}

/** Base of every error that Bentham throws on purpose. Told by its code, never by its message. */
export class BenthamError extends Error {
  override readonly name: string = "BenthamError";
  readonly code: ErrorCode;
  declare readonly retryAfterMs?: number;
  declare readonly pauses?: "lane";
  declare readonly account?: string;
  declare readonly partialText?: string;

  constructor(code: ErrorCode, message: string, options: BenthamErrorOptions = {}) {
    super(message, options);
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.pauses !== undefined) this.pauses = options.pauses;
    if (options.account !== undefined) this.account = options.account;
    if (options.partialText !== undefined) this.partialText = options.partialText;
  }
}

/** Tells a Bentham error from any other value, also across two copies of this package. Total. */
export function isBenthamError(value: unknown): value is BenthamError {
  try {
    return value instanceof Error && brand in value;
  } catch {
    return false; // A revoked proxy, say: what cannot be looked at is none of ours.
  }
}
