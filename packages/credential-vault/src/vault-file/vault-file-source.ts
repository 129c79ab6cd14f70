import process from "node:process";
import { BenthamError } from "@bentham/core";
import type { CredentialPool, CredentialSource } from "../pool/credential-pool.ts";
import type { VaultPools } from "./vault-content.ts";
import type { VaultFile } from "./vault-file-at.ts";

interface Read {
  readonly mark: string;
  /** Nothing when there was no vault. */
  readonly pools: VaultPools | undefined;
}

/**
 * The pools of an encrypted file, as they are when they are looked up: a file that has changed is read again, whole. One that
 * has been read before, and no longer can be, or is not there, is refused with a warning, and what was read holds until it
 * changes again: jobs must not fail, nor be asked with another key, because somebody is at work on the vault.
 */
export function vaultFileSource(
  vaultFile: VaultFile,
  warn: (warning: string) => void = (warning) => process.emitWarning(warning, "BenthamVaultWarning"),
): CredentialSource {
  let read: Read | undefined;
  let reading: { readonly mark: string; readonly done: Promise<Read> } | undefined;

  const readAt = async (mark: string): Promise<Read> => {
    try {
      const pools = await vaultFile.poolsIfThere();
      if (!pools && read?.pools)
        throw new BenthamError("CREDENTIAL_MISSING", `${vaultFile.file}: is not there any more`);
      read = { mark, pools };
    } catch (error) {
      if (!read) throw error;
      warn(`what was last read of the vault is used still: ${error instanceof Error ? error.message : String(error)}`);
      read = { mark, pools: read.pools };
    } finally {
      reading = undefined;
    }
    return read;
  };
  return {
    async find(name): Promise<CredentialPool | undefined> {
      // Taken before it is read: what changes in between is read again.
      const mark = await vaultFile.mark();
      if (read?.mark !== mark && reading?.mark !== mark) reading = { mark, done: readAt(mark) };
      const { pools } = read?.mark === mark || !reading ? (read ?? (await readAt(mark))) : await reading.done;
      const credentials = pools?.get(name);
      return credentials && { name, credentials, howToAddHost: "set it again in the vault, with all of its hosts" };
    },
  };
}
