import { type HostBinding, parseHostBinding } from "../credential/host-binding.ts";
import { type StoredCredential, versionOf } from "../credential/stored-credential.ts";

/** The credentials of a pool, as they were found in one place at one moment. */
export interface CredentialPool {
  readonly name: string;
  /** At least one. */
  readonly credentials: readonly StoredCredential[];
  /** How a user lets one of them go to one more host, in words. */
  readonly howToAddHost: string;
}

/** Where credentials are kept. */
export interface CredentialSource {
  /**
   * The pool's credentials as they are now, all from one state of the place; nothing when it has no such pool.
   *
   * @throws BenthamError CREDENTIAL_MISSING when the place cannot be read as it stands, NO_RESOURCE when it is away for a while.
   */
  find(pool: string): Promise<CredentialPool | undefined>;
}

/** What is worked out of a credential once. */
export interface KnownCredential extends StoredCredential {
  readonly version: string;
  readonly bindings: readonly HostBinding[];
}

const known = new WeakMap<StoredCredential, KnownCredential>();

/** A credential with what is worked out of it. */
export function knownCredential(pool: string, credential: StoredCredential): KnownCredential {
  const before = known.get(credential);
  if (before) return before;
  const bindings = credential.hosts.map((host) => parseHostBinding(host, pool));
  const made = { ...credential, version: versionOf(credential), bindings };
  known.set(credential, made);
  return made;
}
