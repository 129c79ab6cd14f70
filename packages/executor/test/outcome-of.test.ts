import { BenthamError, ERROR_CODES, type ErrorCode, isErrorCode, type LaneEvent, type Outcome } from "@bentham/core";
import { classifyError } from "@bentham/executor";
import { describe, expect, test } from "vitest";
import { laneEventOf, outcomeOf } from "../src/outcome-of.ts";

const codes = Object.keys(ERROR_CODES).filter(isErrorCode);
const of = (code: ErrorCode): ReturnType<typeof classifyError> => classifyError(new BenthamError(code, "x"));

const OUTCOMES: Partial<Record<ErrorCode, Outcome>> = {
  CANCELLED: "cancelled",
  INTERRUPTED: "interrupted",
  LEASE_LOST: "interrupted",
  BUDGET_EXHAUSTED: "interrupted",
  DEADLINE_EXCEEDED: "interrupted",
  RATE_LIMITED: "deferred",
  NO_RESOURCE: "deferred",
  LOCATION_UNAVAILABLE: "deferred",
  CHALLENGE: "parked",
  ACCESS_BLOCKED: "parked",
  LOGIN_REQUIRED: "parked",
  ACCOUNT_BLOCKED: "parked",
  DISK_FULL: "interrupted",
  STORE_UNAVAILABLE: "interrupted",
  STORE_CORRUPT: "interrupted",
};

const LANE_EVENTS: readonly (readonly [code: ErrorCode, event: LaneEvent | undefined])[] = [
  ["RATE_LIMITED", "rate-limited"],
  ["OVERLOADED", "unhealthy"],
  ["UPSTREAM_ERROR", "unhealthy"],
  ["TIMEOUT", "unhealthy"],
  ["NETWORK_ERROR", "unhealthy"],
  ["CONNECTION_REFUSED", "unhealthy"],
  ["AUTH_FAILED", "healthy"],
  ["INVALID_REQUEST", "healthy"],
  ["PROMPT_BLOCKED", "healthy"],
  ["EMPTY_RESPONSE", "healthy"],
  ["CHALLENGE", "healthy"],
  // These say nothing about the surface.
  ["PROXY_FAILED", undefined],
  ["NO_RESOURCE", undefined],
  ["BROWSER_CRASHED", undefined],
  ["EVIDENCE_FAILED", undefined],
  ["INTERRUPTED", undefined],
  ["INTERNAL", undefined],
];

describe("outcomes", () => {
  test.each(codes.map((code) => [code, OUTCOMES[code] ?? "failed"] as const))(
    "%s ends an attempt as %s",
    (code, outcome) => {
      expect(outcomeOf(of(code))).toBe(outcome);
    },
  );
});

describe("lane events", () => {
  test.each(LANE_EVENTS)("%s tells the lane: %s", (code, event) => {
    expect(laneEventOf(of(code))).toBe(event);
  });
});

test("an account whose session has expired waits for a person, and without one a fresh session is tried", () => {
  expect(outcomeOf(of("SESSION_EXPIRED"), {})).toBe("parked");
  expect(outcomeOf(of("SESSION_EXPIRED"))).toBe("failed");
});

test("a credential that its vault takes out of use when it is refused is no fault of the cell's", () => {
  for (const code of codes) {
    if (code === "SESSION_EXPIRED") continue;
    const isRefusal = code === "AUTH_FAILED" || code === "FORBIDDEN";
    expect([code, outcomeOf(of(code), { poolSize: 1 })]).toEqual([code, isRefusal ? "deferred" : outcomeOf(of(code))]);
    expect([code, outcomeOf(of(code), {})]).toEqual([code, outcomeOf(of(code))]);
  }
});
