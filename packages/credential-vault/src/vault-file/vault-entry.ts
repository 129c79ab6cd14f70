import { BenthamError, Secret } from "@bentham/core";
import { credentialFrom } from "../credential-value.ts";
import { parseHostBinding } from "../host-binding.ts";

/** A credential in the vault, and the hosts it may be sent to. */
export interface VaultEntry {
  readonly value: Secret;
  /** As `host` or `host:port`, like those of a pool of the environment; at least one. */
  readonly hosts: readonly string[];
}

/** What a pool in the vault may be called. */
export const POOL_NAME: RegExp = /^[A-Za-z0-9][\w.-]{0,63}$/;

/**
 * An entry as it may be kept: without the newline at the value's end, and without a host twice.
 *
 * @throws BenthamError CONFIG_INVALID when the name, the value or a host cannot be meant. The value is not told.
 */
export function checkEntry(pool: string, { value, hosts }: VaultEntry): VaultEntry {
  if (!POOL_NAME.test(pool)) {
    throw new BenthamError(
      "CONFIG_INVALID",
      // Not quoted: it may be a credential in the wrong place.
      "a pool's name is up to 64 letters, digits, dots, hyphens and underscores, a letter or digit first",
    );
  }
  if (hosts.length === 0) {
    throw new BenthamError("CONFIG_INVALID", `pool "${pool}": name the hosts that its credential may be sent to`);
  }
  for (const host of hosts) parseHostBinding(host, pool);
  const credential = credentialFrom(value.reveal());
  if (credential instanceof Secret) return { value: credential, hosts: [...new Set(hosts)] };
  throw new BenthamError("CONFIG_INVALID", `the credential for pool "${pool}" ${credential}`);
}
