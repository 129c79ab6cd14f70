import type { LeaseEnding } from "@bentham/core";
import type { CredentialEvent } from "./credential-state.ts";

/**
 * What the end of a lease says of its credential; nothing where it speaks of the surface, the way there, or the job.
 *
 * @param poolSize How many credentials its pool has. One that is alone does not rest: resting it would be resting the lane,
 *   and that is what limiter, breaker and pauses of the lane are for.
 */
export function eventOf(
  { outcome, code, retryAfterMs = 0 }: LeaseEnding,
  poolSize: number,
): CredentialEvent | undefined {
  if (outcome === "answered") return { kind: "answered" };
  switch (code) {
    case "AUTH_FAILED":
    case "FORBIDDEN":
      return { kind: "refused", code };
    case "ACCOUNT_BLOCKED":
    case "ACCESS_BLOCKED":
    case "CHALLENGE":
    case "LOGIN_REQUIRED":
    case "SESSION_EXPIRED":
      return { kind: "shut-out", code };
    case "RATE_LIMITED":
      if (poolSize === 1) return undefined;
      return retryAfterMs > 0 ? { kind: "told-to-wait", forMs: retryAfterMs } : { kind: "error" };
    case "QUOTA_EXCEEDED":
      return poolSize === 1 ? undefined : { kind: "error" };
    default:
      return undefined;
  }
}
