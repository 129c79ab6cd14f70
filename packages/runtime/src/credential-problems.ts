import { type CheckedCredentialVault, createCredentialVault } from "@bentham/credential-vault";
import type { Configuration } from "./configuration.ts";
import { vaultFileOf } from "./vault-file-of.ts";

/** Where credentials are looked for. */
export interface CredentialSources {
  /** The data folder, which holds the vault unless the configuration has it elsewhere. */
  readonly folder: string;
  readonly configuration: Configuration;
  readonly environment: NodeJS.ProcessEnv;
}

/** The vault of a configuration. */
export function vaultOf({ folder, configuration, environment }: CredentialSources): CheckedCredentialVault {
  return createCredentialVault({
    pools: configuration.vault?.environment ?? {},
    environment,
    vaultFile: vaultFileOf(folder, configuration),
  });
}

/** What keeps these pools from giving a credential, in words; empty when all of them can. */
export async function credentialProblems(sources: CredentialSources, pools: Iterable<string>): Promise<string[]> {
  return vaultOf(sources).checkPools(pools);
}
