import { BenthamError } from "@bentham/core";
import type { CredentialPool, CredentialSource } from "../pool/credential-pool.ts";
import { type Environment, type EnvironmentPool, readEnvironmentPool } from "./environment-pool.ts";

/**
 * Pools whose credentials stand in environment variables, which are read once, now.
 *
 * @throws BenthamError CONFIG_INVALID when a pool's variable or hosts are not well formed. A variable that is not set is told
 *   to those who look its pool up, as CREDENTIAL_MISSING.
 */
export function environmentSource(
  pools: Readonly<Record<string, EnvironmentPool>>,
  environment: Environment,
): CredentialSource {
  const found = new Map<string, CredentialPool | string>();
  for (const [name, pool] of Object.entries(pools)) {
    const credentials = readEnvironmentPool(name, pool, environment);
    const howToAddHost = "add the host to the pool's hosts in the operator's configuration";
    found.set(name, typeof credentials === "string" ? credentials : { name, credentials, howToAddHost });
  }
  return {
    async find(name) {
      const pool = found.get(name);
      if (typeof pool === "string") throw new BenthamError("CREDENTIAL_MISSING", pool);
      return pool;
    },
  };
}
