import type { BenthamError, LeaseEnding } from "@bentham/core";
import type { ProxyEvent } from "./health/proxy-health.ts";
import type { Pace } from "./location-desk.ts";
import type { RouteFailure } from "./route.ts";

/** What is wrong with a way. */
export interface Diagnosis {
  readonly error: BenthamError;
  /** Whether its proxy takes no connections at all. */
  readonly isDown: boolean;
  /** What was seen of it on the route. */
  readonly failure?: RouteFailure | undefined;
}

/** Whether it is the proxy's fault. */
export function isOfProxy({ code }: BenthamError): boolean {
  return code === "PROXY_FAILED" || code === "PROXY_AUTH_FAILED";
}

/** What a fault of a proxy's is to its health. */
export function eventOf({ code, message: reason }: BenthamError, isDown: boolean): ProxyEvent {
  if (code === "PROXY_AUTH_FAILED") return { kind: "unfit", reason };
  return { kind: isDown ? "down" : "failed", reason };
}

/**
 * What a job's end says of the proxy that it had since `from`. Jobs that share a route see the same failure: it counts once.
 *
 * @param pace How quickly it led to the job's site, where that was seen.
 */
export function learnedFrom(
  { outcome }: LeaseEnding,
  found: Diagnosis | undefined,
  from: number,
  pace?: Pace,
): ProxyEvent | undefined {
  if (!found || !isOfProxy(found.error)) {
    if (pace?.slow !== undefined) return { kind: "slow", reason: pace.slow, from };
    const hasWorked = outcome === "answered" || outcome === "parked";
    return hasWorked ? { kind: "worked", from, timed: pace !== undefined } : undefined;
  }
  const { error, isDown, failure } = found;
  if (failure?.isCounted === true && !isDown) return undefined;
  if (failure) failure.isCounted = true;
  return eventOf(error, isDown);
}
