import type { BenthamError, LeaseEnding } from "@bentham/core";
import type { ProxyEvent } from "./health/proxy-health.ts";
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

/** What a job's end says of the proxy that it had since `from`. Jobs that share a route see the same failure: it counts once. */
export function learnedFrom(
  { outcome }: LeaseEnding,
  found: Diagnosis | undefined,
  from: number,
): ProxyEvent | undefined {
  if (!found || !isOfProxy(found.error))
    return outcome === "answered" || outcome === "parked" ? { kind: "worked", from } : undefined;
  const { error, isDown, failure } = found;
  if (failure?.isCounted === true && !isDown) return undefined;
  if (failure) failure.isCounted = true;
  return eventOf(error, isDown);
}
