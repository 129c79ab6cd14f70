export {
  type CheckedCredentialVault,
  createCredentialVault,
  type CredentialUse,
  type CredentialVaultOptions,
  type ShownCredential,
} from "./create-credential-vault.ts";
export type { Standing } from "./pool/standing.ts";
export { type CoolingOptions, POOL_STRATEGIES, type PoolOptions, type PoolStrategy } from "./pool/pool-settings.ts";

export { builtInPools, type EnvironmentCredential, type EnvironmentPool } from "./environment/environment-pool.ts";
export type { CredentialPool, CredentialSource } from "./pool/credential-pool.ts";
export { vaultFileAt, type VaultFile, type VaultFileOptions } from "./vault-file/vault-file-at.ts";
export { vaultFileSource } from "./vault-file/vault-file-source.ts";
export { type SavedStates, savedStatesAt, type SavedStatesOptions } from "./saved-state/saved-states.ts";
export type { SavedState } from "./saved-state/state-content.ts";
export { openBaoSource, type OpenBaoOptions, type OpenBaoSource } from "./openbao/open-bao-source.ts";
export type { VaultPools } from "./vault-file/vault-content.ts";
export type { WaitingParts } from "./vault-file/write-lock.ts";

export { CREDENTIAL_TYPES, materialFromText } from "./credential/material-form.ts";
export { DEFAULT_ID, type StoredCredential } from "./credential/stored-credential.ts";
