/** When and how often a failed job is tried again. */
export interface RetryStrategy {
  /** Tries after the first one; 0 for none. @default 3 */
  maxRetries: number;
  /** Wait before the first retry, in milliseconds. @default 1000 */
  baseDelay: number;
  /** Longest wait, in milliseconds. @default 30000 */
  maxDelay: number;
  /** What the wait is multiplied by from one retry to the next, 1 or more. @default 2 */
  backoffMultiplier: number;
  /** How far a wait is spread about its value, from 0 (not at all) to 1 (from nothing to double). @default 0.2 */
  jitterFactor: number;
  /** Narrows what is retried to these codes; it never makes a code retryable. @default every retryable code */
  retryableErrors?: readonly string[];
}

/** What a strategy says where its user said nothing. */
export const DEFAULT_RETRY_STRATEGY: Readonly<RetryStrategy> = Object.freeze({
  maxRetries: 3,
  baseDelay: 1000,
  maxDelay: 30_000,
  backoffMultiplier: 2,
  jitterFactor: 0.2,
});
