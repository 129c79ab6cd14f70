import {
  BenthamError,
  type CredentialLease,
  type CredentialMaterial,
  type LeaseEnding,
  leaseOf,
  type Secret,
} from "@bentham/core";
import { type HostBinding, mayBeSentTo } from "./host-binding.ts";
import { secretsOf } from "./secrets-of.ts";

/** A credential that has been found, and where it may go. */
export interface BoundCredential {
  readonly pool: string;
  readonly id: string;
  readonly material: CredentialMaterial;
  readonly bindings: readonly HostBinding[];
  /** How a user lets it go to one more host, in words. */
  readonly howToAddHost: string;
  readonly poolSize: number;
}

/** Leases a credential. It is given to requests to its own hosts alone. */
export function leaseOfCredential(
  bound: BoundCredential,
  giveBack: (ending?: LeaseEnding) => void | Promise<void>,
): CredentialLease {
  const { pool, id, material, poolSize } = bound;
  const materialFor = (target: string | URL): CredentialMaterial => {
    checkTarget(bound, target);
    return material;
  };
  const valueFor = (target: string | URL): Secret => singleValue(bound, materialFor(target));
  const value = { pool, secrets: secretsKept(material), valueFor, materialFor, poolSize };
  return leaseOf(`${pool}/${id}`, value, giveBack);
}

/** @throws BenthamError CREDENTIAL_HOST_MISMATCH when the credential may not be sent there. */
export function checkTarget(
  { pool, bindings, howToAddHost }: Pick<BoundCredential, "pool" | "bindings" | "howToAddHost">,
  target: string | URL,
): void {
  const url = URL.parse(String(target));
  if (url && mayBeSentTo(url, bindings)) return;
  const host = url ? `${url.protocol}//${url.host}` : "what is no URL";
  throw new BenthamError(
    "CREDENTIAL_HOST_MISMATCH",
    `the credential of pool "${pool}" is not for ${host}: if it should be, ${howToAddHost}; over plain http, only ` +
      "loopback hosts are possible",
  );
}

function singleValue({ pool, id }: BoundCredential, material: CredentialMaterial): Secret {
  if (material.type === "api-key") return material.key;
  if (material.type === "bearer") return material.token;
  throw new BenthamError(
    "CREDENTIAL_MISSING",
    `the credential "${id}" of pool "${pool}" is of type ${material.type}, and the surface is asked with an API key or a ` +
      "bearer token: name another pool in the study",
  );
}

const secrets = new WeakMap<CredentialMaterial, readonly Secret[]>();

/** The same for every lease: whoever scrubs by them prepares each of them once. */
function secretsKept(material: CredentialMaterial): readonly Secret[] {
  const known = secrets.get(material) ?? secretsOf(material);
  secrets.set(material, known);
  return known;
}
