import type { Json } from "../canonical-json.ts";
import type { BenthamError } from "../errors/bentham-error.ts";
import type { Lease } from "../lease.ts";
import type { Secret } from "../secret.ts";
import type { CredentialLease } from "./credential-vault.ts";
import type { ProxyLease } from "./proxy-manager.ts";
import type { ResourceRequest } from "./resource-request.ts";

/** What a session is leased for: the job, and what is already leased for it. */
export interface SessionRequest extends ResourceRequest {
  readonly proxy: ProxyLease;
  readonly credential?: CredentialLease;
}

/** A browser session, one job at a time. What it holds is known to the adapters and the pool; see `core/playwright`. */
export interface SessionLease extends Lease {
  /** The browser context. */
  readonly context?: unknown;
  /** Its one page. */
  readonly page?: unknown;
  /** What must be scrubbed from evidence: what the session started with, say. @default what its credential says */
  readonly secrets?: readonly Secret[];
  /** What the evidence says of it: the browser and its version, user agent, viewport, locale, sandbox. */
  readonly facts?: { readonly [name: string]: Json };
  /** What went wrong with the session itself since it was leased, if anything did. Asked when an attempt has failed. */
  diagnose?(): Promise<BenthamError | undefined>;
}

/** Hands out browser sessions. */
export interface SessionPool {
  /** @throws BenthamError NO_RESOURCE when none comes free in time, or the signal's reason. */
  acquire(request: SessionRequest): Promise<SessionLease>;
}
