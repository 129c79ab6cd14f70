import type { Clock } from "@bentham/core";

/** How long a `Retry-After` (RFC 9110, section 10.2.3) asks to wait, in milliseconds; 0 without one that can be read. */
export function retryAfterOf(headers: Headers, clock: Clock): number {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  return Number.isNaN(until) ? 0 : Math.max(0, until - clock.now());
}
