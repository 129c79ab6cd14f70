import type { CredentialLease, LaneEvent, Outcome } from "@bentham/core";
import type { ErrorClassification } from "./retry/classify-error.ts";

/**
 * How an attempt ended that met this failure. Outcomes are not errors: only `failed` is one of the cell's own.
 *
 * @param credential What it was asked with: one that its vault takes out of use when it is refused is no fault of the cell's.
 */
export function outcomeOf(
  { code, category }: ErrorClassification,
  credential?: Pick<CredentialLease, "poolSize">,
): Outcome {
  switch (code) {
    case "AUTH_FAILED":
    case "FORBIDDEN":
      return credential?.poolSize === undefined ? "failed" : "deferred";
    case "SESSION_EXPIRED":
      // Without an account, a fresh session is as good as the old one; an account has to be signed in again.
      return credential ? "parked" : "failed";
    case "CANCELLED":
      return "cancelled";
    case "INTERRUPTED":
    case "LEASE_LOST":
    case "BUDGET_EXHAUSTED":
    case "DEADLINE_EXCEEDED":
      return "interrupted";
    case "RATE_LIMITED":
    case "NO_RESOURCE":
    case "LOCATION_UNAVAILABLE":
      return "deferred";
    case "LOGIN_REQUIRED":
    case "ACCOUNT_BLOCKED":
      return "parked";
    default:
      // The store, or the disk it is on, is no fault of the cell's.
      if (category === "store") return "interrupted";
      return category === "challenge" ? "parked" : "failed";
  }
}

/** What the lane learns from this failure; nothing where it says nothing about the surface. */
export function laneEventOf({ code, category }: ErrorClassification): LaneEvent | undefined {
  if (code === "RATE_LIMITED") return "rate-limited";
  if (code === "OVERLOADED") return "unhealthy";
  switch (category) {
    case "server":
    case "timeout":
    case "network":
      return "unhealthy";
    case "auth":
    case "quota":
    case "invalid_request":
    case "content_policy":
    case "validation":
    case "challenge":
      return "healthy";
    default:
      return undefined;
  }
}
