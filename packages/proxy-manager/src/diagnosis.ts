import type { BenthamError, LeaseEnding } from "@bentham/core";
import type { ProxyEvent } from "./health/proxy-health.ts";

/** What is wrong with a way, and whether its proxy takes no connections at all. */
export interface Diagnosis {
  readonly error: BenthamError;
  readonly isDown: boolean;
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

/** What a job's end says of the proxy that it had. */
export function learnedFrom({ outcome }: LeaseEnding, found: Diagnosis | undefined): ProxyEvent | undefined {
  if (found && isOfProxy(found.error)) return eventOf(found.error, found.isDown);
  return outcome === "answered" || outcome === "parked" ? { kind: "worked" } : undefined;
}
