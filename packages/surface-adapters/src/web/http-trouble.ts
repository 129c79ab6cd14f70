import { BenthamError, type ErrorCode } from "@bentham/core";

/** What a page's own request or the page itself was answered. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * What the status of a page, or of the request that asks, says went wrong; nothing where it went well. Statuses 590 to 599
 * and 407 are the gateway's, not the site's.
 */
export function httpTroubleOf(what: string, { status, headers }: HttpAnswer): BenthamError | undefined {
  if (status < 400) return undefined;
  const seconds = Number(headers["retry-after"]);
  const options = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
  return new BenthamError(codeOf(status, headers), `${what} was answered with status ${status}`, options);
}

function codeOf(status: number, headers: HttpAnswer["headers"]): ErrorCode {
  if (headers["cf-mitigated"] === "challenge") return "CHALLENGE";
  if (status === 407 || status === 597) return "PROXY_AUTH_FAILED";
  if (status >= 590) return "PROXY_FAILED";
  if (status === 429) return "RATE_LIMITED";
  if (status === 401 || status === 403 || status === 451) return "ACCESS_BLOCKED";
  if (status === 503) return "OVERLOADED";
  if (status === 504) return "TIMEOUT";
  if (status >= 500) return "UPSTREAM_ERROR";
  return "SURFACE_CHANGED";
}
