import { BenthamError, type CredentialLease, leaseOf, type Secret } from "@bentham/core";
import { type HostBinding, mayBeSentTo } from "./host-binding.ts";

/** A credential that has been found, and where it may go. */
export interface BoundCredential {
  readonly pool: string;
  /** Where it was found, for the lease's id: never its value. */
  readonly source: string;
  readonly secret: Secret;
  readonly bindings: readonly HostBinding[];
  /** How a user lets it go to one more host, in words. */
  readonly howToAddHost: string;
}

/** Leases a credential that any number of jobs may have at once. It is given to requests to its own hosts alone. */
export function leaseOfCredential({ pool, source, secret, bindings, howToAddHost }: BoundCredential): CredentialLease {
  const valueFor = (target: string | URL): Secret => {
    const url = URL.parse(String(target));
    if (url && mayBeSentTo(url, bindings)) return secret;
    const host = url ? `${url.protocol}//${url.host}` : "what is no URL";
    throw new BenthamError(
      "CREDENTIAL_HOST_MISMATCH",
      `the credential of pool "${pool}" is not for ${host}: if it should be, ${howToAddHost}; over plain http, only ` +
        "loopback hosts are possible",
    );
  };
  return leaseOf(`${pool}/${source}`, { pool, secrets: [secret], valueFor }, () => {});
}
