import { ERROR_CODES, type ErrorCode, isErrorCode, traitsOf } from "@bentham/core";
import { describe, expect, test } from "vitest";

const codes = Object.keys(ERROR_CODES).filter(isErrorCode);
const codesOf = (category: string): ErrorCode[] => codes.filter((code) => traitsOf(code).category === category);

/** What the failure table fixes for each code: category, most retries ("any" for the strategy's own), action. */
const TABLE: readonly (readonly [code: ErrorCode, category: string, retries: 0 | 1 | "any", action: string])[] = [
  ["RATE_LIMITED", "rate_limit", "any", "wait_retry_after"],
  ["OVERLOADED", "rate_limit", "any", "backoff"],
  ["QUOTA_EXCEEDED", "quota", 0, "wait_quota"],
  ["AUTH_FAILED", "auth", 0, "fix_config"],
  ["FORBIDDEN", "auth", 0, "fix_config"],
  ["REGION_UNSUPPORTED", "auth", 0, "fix_config"],
  ["MODEL_NOT_FOUND", "invalid_request", 0, "fix_config"],
  ["INVALID_REQUEST", "invalid_request", 0, "fix_request"],
  ["CONTEXT_TOO_LONG", "invalid_request", 0, "fix_request"],
  ["PROMPT_BLOCKED", "content_policy", 0, "accept"],
  ["EMPTY_RESPONSE", "validation", 1, "backoff"],
  ["TRUNCATED_RESPONSE", "validation", "any", "backoff"],
  ["MALFORMED_RESPONSE", "validation", 1, "backoff"],
  ["TIMEOUT", "timeout", "any", "backoff"],
  ["ANSWER_TIMEOUT", "timeout", "any", "new_page"],
  ["CANCELLED", "cancelled", 0, "stop"],
  ["NETWORK_ERROR", "network", "any", "backoff"],
  ["NETWORK_DOWN", "network", "any", "backoff"],
  ["DNS_FAILED", "network", 1, "backoff"],
  ["CONNECTION_REFUSED", "network", "any", "backoff"],
  ["TLS_ERROR", "network", 0, "fix_config"],
  ["PROXY_AUTH_FAILED", "proxy", 0, "fix_config"],
  ["PROXY_FAILED", "proxy", "any", "rotate_proxy"],
  ["UPSTREAM_ERROR", "server", "any", "backoff"],
  ["CHALLENGE", "challenge", 0, "human"],
  ["ACCESS_BLOCKED", "challenge", 0, "human"],
  ["LOGIN_REQUIRED", "session", 0, "relogin"],
  ["SESSION_EXPIRED", "session", 1, "rotate_session"],
  ["ACCOUNT_BLOCKED", "session", 0, "human"],
  ["SURFACE_CHANGED", "surface_changed", 0, "fix_adapter"],
  ["SURFACE_FEATURE_ABSENT", "validation", 0, "accept"],
  ["UI_OBSTRUCTED", "session", 1, "new_page"],
  ["PAGE_CLOSED", "session", "any", "new_page"],
  ["PAGE_CRASHED", "session", "any", "new_page"],
  ["BROWSER_CRASHED", "session", "any", "restart_browser"],
  ["BROWSER_LAUNCH_FAILED", "internal", 0, "fix_config"],
  ["NAVIGATION_ABORTED", "network", "any", "new_page"],
  // No redirect is followed, so one met is a matter of the address, and stays one.
  ["TOO_MANY_REDIRECTS", "network", 0, "fix_config"],
  ["BLOCKED_BY_CLIENT", "internal", 0, "fix_config"],
  ["INVALID_URL", "invalid_request", 0, "fix_config"],
  ["NO_RESOURCE", "resource", "any", "backoff"],
  ["EVIDENCE_FAILED", "evidence", "any", "backoff"],
  ["INTERNAL", "internal", 0, "report_bug"],
];

describe("error codes", () => {
  test.each(TABLE)("%s is of category %s, retried %s times, and asks for %s", (code, category, retries, action) => {
    const traits = traitsOf(code);
    expect(traits).toMatchObject({ category, isRetryable: retries !== 0, suggestedAction: action });
    expect(traits.retryLimit).toBe(retries === 1 ? 1 : undefined);
  });

  test("hold the names that the seed promises", () => {
    expect(["RATE_LIMITED", "TIMEOUT", "NETWORK_ERROR"].every(isErrorCode)).toBe(true);
    expect(codes.every((code) => /^[A-Z]+(_[A-Z]+)*$/.test(code))).toBe(true);
  });

  test.each(["challenge", "auth", "quota", "cancelled", "content_policy", "usage", "store", "internal"])(
    "of category %s are never retried",
    (category) => {
      expect(codesOf(category)).not.toHaveLength(0);
      expect(codesOf(category).filter((code) => traitsOf(code).isRetryable)).toEqual([]);
    },
  );

  test("do not ask for a wait where none can help, nor forbid one that they ask for", () => {
    const waits = new Set([
      "backoff",
      "wait_retry_after",
      "rotate_proxy",
      "rotate_session",
      "new_page",
      "restart_browser",
    ]);
    for (const code of codes)
      expect([code, waits.has(traitsOf(code).suggestedAction)]).toEqual([code, traitsOf(code).isRetryable]);
  });

  test("limit only what is retried", () => {
    const limited = codes.map(traitsOf).filter(({ retryLimit }) => retryLimit !== undefined);
    expect(limited).not.toHaveLength(0);
    for (const { retryLimit, isRetryable } of limited) expect([isRetryable, retryLimit]).toEqual([true, 1]);
  });

  test.each(["ANSWER_REFUSED", "ANSWER_FILTERED"])("%s is none: a refusal is an answer", (flag) => {
    expect(isErrorCode(flag)).toBe(false);
  });

  test.each(["timeout", "", "toString", "__proto__", "constructor", undefined, null, 7, {}, ["TIMEOUT"]])(
    "%j is none",
    (value) => {
      expect(isErrorCode(value)).toBe(false);
    },
  );
});
