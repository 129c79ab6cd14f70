import { BenthamError } from "@bentham/core";
import { type HostBinding, parseHostBinding } from "./host-binding.ts";

/** Where the credential of a pool comes from, and the hosts it may go to. */
export interface CredentialPool {
  /** The environment variable that holds it. */
  readonly variable: string;
  /**
   * The hosts it may be sent to, exactly, as `host` (on the default port of https) or `host:port`; no wildcards.
   * Over plain http it goes to loopback hosts only.
   */
  readonly hosts: readonly string[];
}

/** The pools that need no configuration. */
export const builtInPools: Readonly<Record<string, CredentialPool>> = {
  openai: { variable: "OPENAI_API_KEY", hosts: ["api.openai.com"] },
  anthropic: { variable: "ANTHROPIC_API_KEY", hosts: ["api.anthropic.com"] },
};

/** A pool whose description has been checked. */
export interface CheckedPool {
  readonly name: string;
  readonly variable: string;
  readonly bindings: readonly HostBinding[];
}

/** @throws BenthamError CONFIG_INVALID when the variable's name or a host cannot be meant. */
export function checkPool(name: string, pool: CredentialPool): CheckedPool {
  if (!/^[A-Za-z_]\w*$/.test(pool.variable)) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `credential pool "${name}": variable must be the name of an environment variable, such as MY_API_KEY`,
    );
  }
  if (pool.hosts.length === 0) {
    throw new BenthamError(
      "CONFIG_INVALID",
      `credential pool "${name}": hosts is empty, so its credential could go nowhere; name the hosts it is for`,
    );
  }
  return { name, variable: pool.variable, bindings: pool.hosts.map((host) => parseHostBinding(host, name)) };
}
