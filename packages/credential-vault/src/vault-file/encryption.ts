import type { Secret } from "@bentham/core";
import { vaultUnusable } from "./vault-unusable.ts";

/** What a vault is encrypted with, and the files to name when that fails. */
export interface VaultKey {
  readonly identity: Secret;
  readonly identityFile: string;
  readonly file: string;
  /** What to do about a file that does not open. @default what to do about a vault */
  readonly remedy?: string;
}

const REMEDY = "restore the two files that belong together, or move the vault away and set its credentials again";

const ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";

// age is loaded when a vault is opened, and not before: loading it costs 0.1 s, and most commands open none.

/**
 * Encrypts `text` so that the identity alone can read it ([age](https://age-encryption.org/v1), X25519).
 *
 * @throws BenthamError CREDENTIAL_MISSING when the identity is mistyped.
 */
export async function encrypt(text: string, key: VaultKey): Promise<Uint8Array> {
  const { Encrypter, identityToRecipient } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(await identityToRecipient(key.identity.reveal()));
  } catch {
    throw mistyped(key); // Without its cause, which quotes the identity.
  }
  return encrypter.encrypt(text);
}

/**
 * Decrypts what {@link encrypt} gave.
 *
 * @throws BenthamError CREDENTIAL_MISSING when the identity is mistyped or another one, or when any byte has changed.
 */
export async function decrypt(bytes: Uint8Array, key: VaultKey): Promise<string> {
  const { armor, Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(key.identity.reveal());
  } catch {
    throw mistyped(key); // Without its cause, which quotes the identity.
  }
  try {
    return await decrypter.decrypt(isArmored(bytes) ? armor.decode(textOf(bytes)) : bytes, "text");
  } catch (error) {
    const why =
      `does not open with the identity ${key.identityFile}: it is cut off, has been changed, or was made for another ` +
      `identity; ${key.remedy ?? REMEDY}`;
    throw vaultUnusable(key.file, why, error);
  }
}

/** Whether a file is of ASCII, as `age --armor` writes it. */
function isArmored(bytes: Uint8Array): boolean {
  return textOf(bytes.subarray(0, ARMOR.length)) === ARMOR;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function mistyped({ identityFile }: VaultKey): Error {
  return vaultUnusable(identityFile, "its identity is mistyped: the checksum at its end is not right");
}
