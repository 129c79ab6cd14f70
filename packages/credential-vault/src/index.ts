export {
  type CheckedCredentialVault,
  createCredentialVault,
  type CredentialUse,
  type CredentialVaultOptions,
} from "./create-credential-vault.ts";
export { vaultFileAt, type VaultFile, type VaultFileOptions } from "./vault-file/vault-file-at.ts";
export type { VaultEntry } from "./vault-file/vault-entry.ts";
export type { WaitingParts } from "./vault-file/write-lock.ts";
export { createEnvironmentVault, type EnvironmentVaultOptions } from "./create-environment-vault.ts";
export { builtInPools, type CredentialPool } from "./credential-pool.ts";
