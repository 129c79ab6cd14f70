import type { Lease } from "../lease.ts";
import type { Secret } from "../secret.ts";
import type { ResourceRequest } from "./resource-request.ts";

/** The right to use one credential of a pool. */
export interface CredentialLease extends Lease {
  /** The pool it comes from. */
  readonly pool: string;
  /**
   * The credential's value, for a request to `url` and nowhere else.
   *
   * @throws BenthamError CREDENTIAL_HOST_MISMATCH when the credential is not bound to that host.
   */
  valueFor(url: string | URL): Secret;
  /** Every value that must be scrubbed from evidence. */
  readonly secrets: readonly Secret[];
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
