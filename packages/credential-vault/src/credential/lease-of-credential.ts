import {
  BenthamError,
  type CredentialLease,
  type CredentialMaterial,
  type LeaseEnding,
  leaseOf,
  type LeaseTerms,
  type Secret,
} from "@bentham/core";
import { type HostBinding, mayBeSentTo } from "./host-binding.ts";
import type { SavedState } from "../saved-state/state-content.ts";
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

/** What a browser had of the credential's account, and where it is saved; nothing where nothing can be. */
export interface AccountSaving {
  readonly saved?: SavedState;
  readonly save?: (state: Secret) => Promise<void>;
}

/** Leases a credential. It is given to requests to its own hosts alone. */
export function leaseOfCredential(
  bound: BoundCredential,
  giveBack: (ending?: LeaseEnding) => void | Promise<void>,
  { saved, save }: AccountSaving = {},
  terms?: LeaseTerms,
): CredentialLease {
  const { pool, id, material, poolSize } = bound;
  let isGivenBack = false;
  const materialFor = (target: string | URL): CredentialMaterial => {
    checkTarget(bound, target);
    return material;
  };
  const valueFor = (target: string | URL): Secret => singleValue(bound, materialFor(target));
  const saveState = async (state: Secret): Promise<void> => {
    // Somebody else may have the account by now, and what he saves is newer.
    if (isGivenBack)
      throw new BenthamError("LEASE_LOST", `the credential "${id}" of pool "${pool}" was given back before`);
    await save?.(state);
  };
  const value = {
    pool,
    secrets: saved ? [...secretsKept(material), ...saved.secrets] : secretsKept(material),
    valueFor,
    materialFor,
    poolSize,
    ...(saved ? { savedState: saved.state } : {}),
    ...(save ? { saveState } : {}),
  };
  const end = (ending?: LeaseEnding): void | Promise<void> => {
    isGivenBack = true;
    return giveBack(ending);
  };
  return leaseOf(`${pool}/${id}`, value, end, terms);
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
