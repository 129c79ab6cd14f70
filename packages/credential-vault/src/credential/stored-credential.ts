import { createHash } from "node:crypto";
import { BenthamError, canonicalJson, type CredentialMaterial } from "@bentham/core";
import { parseHostBinding } from "./host-binding.ts";
import { materialFrom, valueOf } from "./material-form.ts";

/** A credential of a pool, and the hosts it may be sent to. */
export interface StoredCredential {
  /** Names it within its pool, never its secret. */
  readonly id: string;
  readonly material: CredentialMaterial;
  /** As `host` or `host:port`; at least one. */
  readonly hosts: readonly string[];
}

/** What the only credential of a pool is called unless somebody says otherwise. */
export const DEFAULT_ID = "default";

/** What a pool, or a credential in one, may be called. */
export const NAME: RegExp = /^[A-Za-z0-9][\w.-]{0,63}$/;

/**
 * A credential as it may be kept: without the newline at its end, and without a host twice.
 *
 * @throws BenthamError CONFIG_INVALID when a name, the value or a host cannot be meant. The value is not told.
 */
export function checkCredential(pool: string, { id, material, hosts }: StoredCredential): StoredCredential {
  if (!NAME.test(pool) || !NAME.test(id)) {
    throw new BenthamError(
      "CONFIG_INVALID",
      // Not quoted: it may be a credential in the wrong place.
      "the name of a pool, and of a credential in it, is up to 64 letters, digits, dots, hyphens and underscores, a letter " +
        "or digit first",
    );
  }
  if (hosts.length === 0) {
    throw new BenthamError("CONFIG_INVALID", `pool "${pool}": name the hosts that its credential may be sent to`);
  }
  for (const host of hosts) parseHostBinding(host, pool);
  const checked = materialFrom(material.type, valueOf(material));
  if (typeof checked === "string") {
    throw new BenthamError("CONFIG_INVALID", `the credential for pool "${pool}" ${checked}`);
  }
  return { id, material: checked, hosts: [...new Set(hosts)] };
}

/**
 * Tells one value of a credential from the next, so that what is known of the old one is not held against the new one. Four
 * hexadecimal digits of a hash: enough to see a change, and too few to find a password by trying.
 */
export function versionOf({ material }: StoredCredential): string {
  const text = canonicalJson([material.type, valueOf(material)]);
  return createHash("sha256").update(text).digest("hex").slice(0, 4);
}
