import { describe, expect, test, vi } from "vitest";
import { retryAfterOf } from "../../src/retry/retry-after.ts";

const SENT = "Mon, 23 Nov 2026 13:00:00 GMT";
const NOW = Date.parse(SENT) + 3_600_000; // This machine's clock is an hour fast.

const waitOf = (value: string, date?: string): number | undefined =>
  retryAfterOf(date === undefined ? { "retry-after": value } : { "retry-after": value, date }, NOW);

describe("retryAfterOf", () => {
  test("finds nothing where there is no header", () => {
    expect(retryAfterOf({}, NOW)).toBeUndefined();
  });

  test.each([
    ["2", 2000],
    ["0", 0],
    [" 120 ", 120_000],
    ["0.5", 500],
    ["1000000000", 1e12],
    ["9".repeat(400), Number.MAX_SAFE_INTEGER],
  ])("reads the seconds %s", (value, wait) => {
    expect(waitOf(value)).toBe(wait);
    expect(waitOf(value, SENT)).toBe(wait);
  });

  test.each([
    ["IMF-fixdate", "Mon, 23 Nov 2026 13:00:30 GMT"],
    ["RFC 850", "Monday, 23-Nov-26 13:00:30 GMT"],
    ["asctime", "Mon Nov 23 13:00:30 2026"],
  ])("measures a date against the answer's own: %s", (_form, value) => {
    expect(waitOf(value, SENT)).toBe(30_000);
  });

  test("takes a date for one in GMT, wherever this machine stands", () => {
    vi.stubEnv("TZ", "America/New_York");
    expect(new Date(NOW).getTimezoneOffset()).toBe(300);
    expect(waitOf("Mon Nov 23 13:00:30 2026", SENT)).toBe(30_000);
    expect(waitOf("Mon, 23 Nov 2026 13:00:30 GMT", SENT)).toBe(30_000);
  });

  test("measures a date against the clock where the answer has none, or none that can be read", () => {
    expect(waitOf("Mon, 23 Nov 2026 14:00:10 GMT")).toBe(10_000);
    expect(waitOf("Mon, 23 Nov 2026 14:00:10 GMT", "soon")).toBe(10_000);
  });

  test("does not wait for a date that has passed", () => {
    expect(waitOf("Mon, 23 Nov 2026 12:00:00 GMT", SENT)).toBe(0);
    expect(waitOf("Thu, 01 Jan 1970 00:00:00 GMT")).toBe(0);
  });

  test.each(["", "abc", "later 5", "try 5", "-1", "1e9", "Infinity", "NaN", "0x10", "2 s", "5 Nov", ",", "Mon"])(
    "does not take %j for a time",
    (value) => {
      expect(waitOf(value, SENT)).toBeUndefined();
    },
  );

  test.each([
    ["120, 60", 120_000],
    ["60,120", 120_000],
    ["abc, 60", 60_000],
    ["Mon, 23 Nov 2026 13:00:30 GMT, 10", 30_000],
    ["10, Mon, 23 Nov 2026 13:00:30 GMT", 30_000],
    ["Monday, 23-Nov-26 13:00:30 GMT, Mon, 23 Nov 2026 13:00:40 GMT", 40_000],
  ])("takes the longest of two headers that were joined: %s", (value, wait) => {
    expect(waitOf(value, SENT)).toBe(wait);
  });

  test.each([
    [{ "retry-after-ms": "1500" }, 1500],
    [{ "retry-after-ms": "1500", "retry-after": "2" }, 2000],
    [{ "retry-after-ms": "2500", "retry-after": "2" }, 2500],
    [{ "retry-after-ms": "soon" }, undefined],
  ])("reads the milliseconds of vendors that tell them: %j", (headers, wait) => {
    expect(retryAfterOf(headers, NOW)).toBe(wait);
  });
});
