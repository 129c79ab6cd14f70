/** A code that a Bentham error can carry. Codes are stable; messages are not. */
export type ErrorCode =
  | "RATE_LIMITED"
  | "OVERLOADED"
  | "QUOTA_EXCEEDED"
  | "AUTH_FAILED"
  | "FORBIDDEN"
  | "CREDENTIAL_HOST_MISMATCH"
  | "REGION_UNSUPPORTED"
  | "MODEL_NOT_FOUND"
  | "INVALID_REQUEST"
  | "CONTEXT_TOO_LONG"
  | "INVALID_URL"
  | "ADDRESS_REFUSED"
  | "PROMPT_BLOCKED"
  | "EMPTY_RESPONSE"
  | "TRUNCATED_RESPONSE"
  | "MALFORMED_RESPONSE"
  | "RESPONSE_TOO_LARGE"
  | "GATE_FAILED"
  | "TIMEOUT"
  | "ANSWER_TIMEOUT"
  | "CANCELLED"
  | "INTERRUPTED"
  | "LEASE_LOST"
  | "BUDGET_EXHAUSTED"
  | "DEADLINE_EXCEEDED"
  | "NETWORK_ERROR"
  | "NETWORK_DOWN"
  | "DNS_FAILED"
  | "CONNECTION_REFUSED"
  | "TLS_ERROR"
  | "TOO_MANY_REDIRECTS"
  | "NAVIGATION_ABORTED"
  | "PROXY_AUTH_FAILED"
  | "PROXY_FAILED"
  | "LOCATION_UNAVAILABLE"
  | "UPSTREAM_ERROR"
  | "CHALLENGE"
  | "ACCESS_BLOCKED"
  | "LOGIN_REQUIRED"
  | "SESSION_EXPIRED"
  | "ACCOUNT_BLOCKED"
  | "SURFACE_CHANGED"
  | "SURFACE_FEATURE_ABSENT"
  | "UI_OBSTRUCTED"
  | "PAGE_CLOSED"
  | "PAGE_CRASHED"
  | "BROWSER_CRASHED"
  | "BROWSER_LAUNCH_FAILED"
  | "BLOCKED_BY_CLIENT"
  | "NO_RESOURCE"
  | "SURFACE_UNKNOWN"
  | "LOCATION_UNKNOWN"
  | "CREDENTIAL_MISSING"
  | "EVIDENCE_FAILED"
  | "DISK_FULL"
  | "STORE_UNAVAILABLE"
  | "STORE_CORRUPT"
  | "POISONED"
  | "STUDY_INVALID"
  | "CONFIG_INVALID"
  | "PLAN_CHANGED"
  | "RUN_UNKNOWN"
  | "USAGE"
  | "INTERNAL";

/** What kind of trouble a code stands for. */
export type ErrorCategory =
  | "rate_limit"
  | "quota"
  | "auth"
  | "invalid_request"
  | "content_policy"
  | "validation"
  | "timeout"
  | "cancelled"
  | "network"
  | "proxy"
  | "server"
  | "challenge"
  | "session"
  | "surface_changed"
  | "resource"
  | "evidence"
  | "store"
  | "usage"
  | "internal";

/** What to do about it, for a program or a person. */
export type SuggestedAction =
  | "backoff"
  | "wait_retry_after"
  | "rotate_session"
  | "rotate_proxy"
  | "new_page"
  | "restart_browser"
  | "relogin"
  | "human"
  | "fix_request"
  | "fix_config"
  | "fix_adapter"
  | "wait_quota"
  | "accept"
  | "stop"
  | "report_bug";

/** What follows from a code. */
export interface ErrorTraits {
  readonly category: ErrorCategory;
  /** Whether asking again can help. */
  readonly isRetryable: boolean;
  readonly suggestedAction: SuggestedAction;
  /** Most retries for this code, where that is fewer than the strategy allows. */
  readonly retryLimit?: number;
}

const again = { isRetryable: true } as const;
const once = { isRetryable: true, retryLimit: 1 } as const;
const never = { isRetryable: false } as const;

/** What follows from each code. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorTraits>> = {
  // The surface says: not so fast, or not any more.
  RATE_LIMITED: { category: "rate_limit", ...again, suggestedAction: "wait_retry_after" },
  OVERLOADED: { category: "rate_limit", ...again, suggestedAction: "backoff" },
  QUOTA_EXCEEDED: { category: "quota", ...never, suggestedAction: "wait_quota" },

  // The surface says: not you, not from there, not that.
  AUTH_FAILED: { category: "auth", ...never, suggestedAction: "fix_config" },
  FORBIDDEN: { category: "auth", ...never, suggestedAction: "fix_config" },
  CREDENTIAL_HOST_MISMATCH: { category: "auth", ...never, suggestedAction: "fix_config" },
  REGION_UNSUPPORTED: { category: "auth", ...never, suggestedAction: "fix_config" },
  MODEL_NOT_FOUND: { category: "invalid_request", ...never, suggestedAction: "fix_config" },
  INVALID_REQUEST: { category: "invalid_request", ...never, suggestedAction: "fix_request" },
  CONTEXT_TOO_LONG: { category: "invalid_request", ...never, suggestedAction: "fix_request" },
  INVALID_URL: { category: "invalid_request", ...never, suggestedAction: "fix_config" },
  ADDRESS_REFUSED: { category: "invalid_request", ...never, suggestedAction: "fix_config" },
  PROMPT_BLOCKED: { category: "content_policy", ...never, suggestedAction: "accept" },

  // There is an answer, but it is none to keep.
  EMPTY_RESPONSE: { category: "validation", ...once, suggestedAction: "backoff" },
  TRUNCATED_RESPONSE: { category: "validation", ...again, suggestedAction: "backoff" },
  MALFORMED_RESPONSE: { category: "validation", ...once, suggestedAction: "backoff" },
  RESPONSE_TOO_LARGE: { category: "validation", ...never, suggestedAction: "fix_config" },
  GATE_FAILED: { category: "validation", ...never, suggestedAction: "accept" },

  // It took too long, or somebody stopped it.
  TIMEOUT: { category: "timeout", ...again, suggestedAction: "backoff" },
  ANSWER_TIMEOUT: { category: "timeout", ...again, suggestedAction: "new_page" },
  CANCELLED: { category: "cancelled", ...never, suggestedAction: "stop" },
  INTERRUPTED: { category: "cancelled", ...never, suggestedAction: "stop" },
  LEASE_LOST: { category: "cancelled", ...never, suggestedAction: "stop" },
  BUDGET_EXHAUSTED: { category: "quota", ...never, suggestedAction: "stop" },
  DEADLINE_EXCEEDED: { category: "timeout", ...never, suggestedAction: "stop" },

  // The way there.
  NETWORK_ERROR: { category: "network", ...again, suggestedAction: "backoff" },
  NETWORK_DOWN: { category: "network", ...again, suggestedAction: "backoff" },
  DNS_FAILED: { category: "network", ...once, suggestedAction: "backoff" },
  CONNECTION_REFUSED: { category: "network", ...again, suggestedAction: "backoff" },
  TLS_ERROR: { category: "network", ...never, suggestedAction: "fix_config" },
  TOO_MANY_REDIRECTS: { category: "network", ...never, suggestedAction: "fix_config" },
  NAVIGATION_ABORTED: { category: "network", ...again, suggestedAction: "new_page" },
  PROXY_AUTH_FAILED: { category: "proxy", ...never, suggestedAction: "fix_config" },
  PROXY_FAILED: { category: "proxy", ...again, suggestedAction: "rotate_proxy" },
  LOCATION_UNAVAILABLE: { category: "proxy", ...again, suggestedAction: "rotate_proxy" },
  UPSTREAM_ERROR: { category: "server", ...again, suggestedAction: "backoff" },

  // A person is needed, or the surface is not what it was.
  CHALLENGE: { category: "challenge", ...never, suggestedAction: "human" },
  ACCESS_BLOCKED: { category: "challenge", ...never, suggestedAction: "human" },
  LOGIN_REQUIRED: { category: "session", ...never, suggestedAction: "relogin" },
  SESSION_EXPIRED: { category: "session", ...once, suggestedAction: "rotate_session" },
  ACCOUNT_BLOCKED: { category: "session", ...never, suggestedAction: "human" },
  SURFACE_CHANGED: { category: "surface_changed", ...never, suggestedAction: "fix_adapter" },
  SURFACE_FEATURE_ABSENT: { category: "validation", ...never, suggestedAction: "accept" },

  // The page and the browser.
  UI_OBSTRUCTED: { category: "session", ...once, suggestedAction: "new_page" },
  PAGE_CLOSED: { category: "session", ...again, suggestedAction: "new_page" },
  PAGE_CRASHED: { category: "session", ...again, suggestedAction: "new_page" },
  BROWSER_CRASHED: { category: "session", ...again, suggestedAction: "restart_browser" },
  BROWSER_LAUNCH_FAILED: { category: "internal", ...never, suggestedAction: "fix_config" },
  BLOCKED_BY_CLIENT: { category: "internal", ...never, suggestedAction: "fix_config" },

  // What Bentham itself works with.
  NO_RESOURCE: { category: "resource", ...again, suggestedAction: "backoff" },
  SURFACE_UNKNOWN: { category: "usage", ...never, suggestedAction: "fix_config" },
  LOCATION_UNKNOWN: { category: "usage", ...never, suggestedAction: "fix_config" },
  CREDENTIAL_MISSING: { category: "auth", ...never, suggestedAction: "fix_config" },
  EVIDENCE_FAILED: { category: "evidence", ...again, suggestedAction: "backoff" },
  DISK_FULL: { category: "store", ...never, suggestedAction: "fix_config" },
  STORE_UNAVAILABLE: { category: "store", ...never, suggestedAction: "fix_config" },
  STORE_CORRUPT: { category: "store", ...never, suggestedAction: "human" },
  POISONED: { category: "internal", ...never, suggestedAction: "report_bug" },

  // What the user wrote.
  STUDY_INVALID: { category: "usage", ...never, suggestedAction: "fix_request" },
  CONFIG_INVALID: { category: "usage", ...never, suggestedAction: "fix_config" },
  PLAN_CHANGED: { category: "usage", ...never, suggestedAction: "fix_request" },
  RUN_UNKNOWN: { category: "usage", ...never, suggestedAction: "fix_request" },
  USAGE: { category: "usage", ...never, suggestedAction: "fix_request" },

  INTERNAL: { category: "internal", ...never, suggestedAction: "report_bug" },
};

/** Whether `value` is one of {@link ERROR_CODES}. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERROR_CODES, value);
}

/** What follows from `code`. */
export function traitsOf(code: ErrorCode): ErrorTraits {
  return ERROR_CODES[code];
}
