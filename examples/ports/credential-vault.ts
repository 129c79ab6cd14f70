import { BenthamError, type CredentialVault, leaseOf, Secret } from "@bentham/core";

/** A vault with one credential, for one place. */
export function createCredentialVault(pool: string, key: string, url: string): CredentialVault {
  const secret = new Secret(key);
  return {
    async acquire({ job }) {
      if (job.credentialPool !== pool) throw new BenthamError("CREDENTIAL_MISSING", `no pool "${job.credentialPool}"`);
      return leaseOf(
        `${pool}/1`,
        {
          pool,
          secrets: [secret],
          valueFor(target: string | URL) {
            if (new URL(target).host === new URL(url).host) return secret;
            throw new BenthamError("CREDENTIAL_HOST_MISMATCH", `the key of "${pool}" is not for ${String(target)}`);
          },
        },
        () => {},
      );
    },
  };
}
