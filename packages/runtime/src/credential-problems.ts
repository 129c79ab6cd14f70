import { createEnvironmentVault, type EnvironmentVault } from "@bentham/credential-vault";
import type { Configuration } from "./configuration.ts";

/** The vault of a configuration. */
export function vaultOf(configuration: Configuration, environment: NodeJS.ProcessEnv): EnvironmentVault {
  return createEnvironmentVault({ pools: configuration.vault?.environment ?? {}, environment });
}

/** What keeps these pools from giving a credential, in words, one line a pool; empty when all of them can. */
export function credentialProblems(
  configuration: Configuration,
  environment: NodeJS.ProcessEnv,
  pools: Iterable<string>,
): string[] {
  return vaultOf(configuration, environment).checkPools(pools);
}
