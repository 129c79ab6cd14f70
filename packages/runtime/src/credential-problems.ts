import {
  type CheckedCredentialVault,
  createCredentialVault,
  type CredentialUse,
  vaultFileSource,
} from "@bentham/credential-vault";
import type { PlannedSurface, SharedState } from "@bentham/core";
import type { SurfaceAdapterInfo } from "@bentham/surface-adapters";
import type { Configuration } from "./configuration.ts";
import { openBaoOf } from "./open-bao-of.ts";
import { vaultFileOf } from "./vault-file-of.ts";

/** Where credentials are looked for. */
export interface CredentialSources {
  /** The data folder, which holds the vault unless the configuration has it elsewhere. */
  readonly folder: string;
  readonly configuration: Configuration;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The vault of a configuration.
 *
 * @param state Where processes share what they know of credentials. @default this process alone knows it
 */
export function vaultOf(
  { folder, configuration, environment }: CredentialSources,
  state?: SharedState,
): CheckedCredentialVault {
  const { environment: pools, pools: poolOptions } = configuration.vault ?? {};
  const file = vaultFileOf(folder, configuration);
  const source = openBaoOf(configuration, environment) ?? vaultFileSource(file);
  // What browsers have of accounts is kept here in either case: OpenBao is read, and never written.
  return createCredentialVault({ pools, environment, source, poolOptions, state, states: file.states });
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
