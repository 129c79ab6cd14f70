export {
  createEnvironmentVault,
  type EnvironmentVault,
  type EnvironmentVaultOptions,
} from "./create-environment-vault.ts";
export { builtInPools, type CredentialPool } from "./credential-pool.ts";
