import { type CheckedCredentialVault, createCredentialVault, type CredentialUse } from "@bentham/credential-vault";
import type { PlannedSurface } from "@bentham/core";
import type { SurfaceAdapterInfo } from "@bentham/surface-adapters";
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

/**
 * What keeps surfaces from being asked with the credentials that they name, in words; empty when all of them can be.
 *
 * @param adapters Tell where a surface is whose settings do not.
 */
export async function credentialProblems(
  sources: CredentialSources,
  surfaces: readonly PlannedSurface[],
  adapters: readonly SurfaceAdapterInfo[],
): Promise<string[]> {
  return vaultOf(sources).check(surfaces.flatMap((surface) => credentialUse(surface, adapters) ?? []));
}

/** Which credential a surface is asked with, and where it goes; undefined for one without. */
function credentialUse(
  { id, settings, credentialPool: pool }: PlannedSurface,
  adapters: readonly SurfaceAdapterInfo[],
): CredentialUse | undefined {
  const adapter = adapters.find(({ name }) => name === (settings.adapter ?? id));
  return pool === undefined ? undefined : { pool, url: settings.baseURL ?? adapter?.defaultBaseURL };
}
