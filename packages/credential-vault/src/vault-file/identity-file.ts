import { Secret } from "@bentham/core";
import { createPrivateFile, readPrivateFile } from "./private-file.ts";
import { vaultUnusable } from "./vault-unusable.ts";

/** An X25519 identity, as `age-keygen` writes it. */
const IDENTITY = /^AGE-SECRET-KEY-1[A-Z0-9]{58}$/;

/**
 * Reads the identity that opens a vault; nothing when there is no such file. Empty lines and comments are allowed.
 *
 * @throws BenthamError CREDENTIAL_MISSING when the file is not private, or holds anything but one X25519 identity.
 */
export async function readIdentity(path: string): Promise<Secret | undefined> {
  const bytes = await readPrivateFile(path);
  if (bytes === undefined) return undefined;
  const lines = bytes.toString("utf8").split(/\r?\n/);
  const [identity, ...more] = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (identity === undefined || more.length > 0 || !IDENTITY.test(identity)) {
    throw vaultUnusable(path, "must hold one X25519 identity of age, AGE-SECRET-KEY-1..., and nothing else");
  }
  return new Secret(identity);
}

/**
 * Makes an identity file, and gives its identity; where somebody else has just made one, gives that. None is ever written
 * over: with an identity goes every vault that only it opens.
 */
export async function makeIdentity(path: string): Promise<Secret> {
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const identity = await generateX25519Identity();
  const note = "# Opens the vault of credentials. Whoever has this file and the vault has every credential in it.";
  const text = `${note}\n# public key: ${await identityToRecipient(identity)}\n${identity}\n`;
  if (await createPrivateFile(path, text)) return new Secret(identity);
  return (await readIdentity(path)) ?? makeIdentity(path);
}
