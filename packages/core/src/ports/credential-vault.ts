import type { Lease } from "../lease.ts";
import type { Secret } from "../secret.ts";
import type { ResourceRequest } from "./resource-request.ts";

/** A cookie of a {@link CredentialMaterial}, as a browser context takes it. */
export interface CredentialCookie {
  readonly name: string;
  readonly value: Secret;
  /** @default the host that the credential is asked for */
  readonly domain?: string;
  /** @default "/" */
  readonly path?: string;
  /** Seconds since the Unix epoch; -1 for the length of a session. @default -1 */
  readonly expires?: number;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: "Strict" | "Lax" | "None";
}

/** What a credential is, by its type. */
export type CredentialMaterial =
  | { readonly type: "api-key"; readonly key: Secret }
  | { readonly type: "bearer"; readonly token: Secret }
  | { readonly type: "cookies"; readonly cookies: readonly CredentialCookie[] }
  | { readonly type: "user-password"; readonly username: Secret; readonly password: Secret }
  /** `state` is JSON: what Playwright's `storageState()` gives. */
  | { readonly type: "storage-state"; readonly state: Secret }
  | { readonly type: "custom"; readonly fields: Readonly<Record<string, Secret>> };

/** What kinds of credentials there are. */
export type CredentialType = CredentialMaterial["type"];

/** The right to use one credential of a pool. */
export interface CredentialLease extends Lease {
  /** The pool it comes from. */
  readonly pool: string;
  /**
   * The value of an API key or a bearer token, for a request to `url` and nowhere else.
   *
   * @throws BenthamError CREDENTIAL_HOST_MISMATCH when the credential is not bound to that host, CREDENTIAL_MISSING when it
   *   is of a type that has no single value.
   */
  valueFor(url: string | URL): Secret;
  /**
   * The credential of whatever type, for requests to the host of `url` and nowhere else.
   *
   * @default an API key, which `valueFor` gives
   * @throws BenthamError CREDENTIAL_HOST_MISMATCH when the credential is not bound to that host.
   */
  materialFor?(url: string | URL): CredentialMaterial;
  /** Every value that must be scrubbed from evidence. */
  readonly secrets: readonly Secret[];
  /**
   * How many credentials the pool has, where its vault learns from how leases end: it suspends a credential that is refused,
   * and rests one of several that was told to wait. Then neither is the fault of the job, which is asked again with whatever
   * the pool has.
   *
   * @default the vault learns nothing
   */
  readonly poolSize?: number;
  /**
   * What a browser had of this account when it was last saved: JSON, what Playwright's `storageState()` gives. A session of
   * the account starts with it.
   *
   * @default nothing was saved
   */
  readonly savedState?: Secret;
  /**
   * Saves it, encrypted, in place of what was saved before.
   *
   * @default the lender saves nothing, and every session of the account starts afresh
   * @throws BenthamError when it cannot be written; what was saved before is still there then.
   */
  saveState?(state: Secret): Promise<void>;
}

/** Hands out credentials. */
export interface CredentialVault {
  /**
   * Leases a credential of the pool that the job names.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the pool has none, NO_RESOURCE when none is free, or the signal's reason.
   */
  acquire(request: ResourceRequest): Promise<CredentialLease>;
}
