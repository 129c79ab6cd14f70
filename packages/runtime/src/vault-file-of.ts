import { join, resolve } from "node:path";
import { type VaultFile, vaultFileAt } from "@bentham/credential-vault";
import { type Configuration, folderOf } from "./configuration.ts";

/** The encrypted file of credentials: in the data folder, unless the configuration has it elsewhere. */
export function vaultFileOf(folder: string, configuration: Configuration): VaultFile {
  const { file, identity } = configuration.vault ?? {};
  const placeOf = (configured: string | undefined, name: string): string =>
    configured === undefined ? join(folder, name) : resolve(folderOf(configuration), configured);
  return vaultFileAt({ file: placeOf(file, "vault.age"), identity: placeOf(identity, "identity.txt") });
}
