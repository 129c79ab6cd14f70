import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import { link, lstat, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { BenthamError } from "@bentham/core";
import { makeFolderSynced, syncFolder } from "../bag/synced-files.ts";
import { codeOf } from "../bag/system-error.ts";

/** A key that evidence is signed with: ECDSA over P-256 with SHA-256, which every `openssl` checks. */
export interface SigningKey {
  /** The public key: SubjectPublicKeyInfo in PEM. */
  readonly publicPem: string;
  /** SHA-256 (hex) of the public key's DER: what people compare. */
  readonly fingerprint: string;
  /** A signature in DER, as `openssl dgst -sha256 -verify` takes it. */
  sign(bytes: Buffer): Buffer;
}

/**
 * Opens the key in a file (PKCS #8 in PEM), and makes one where there is none. What is there is never changed.
 *
 * @throws BenthamError CONFIG_INVALID when the file is a link, another user's, open to others, or holds no P-256 key.
 */
export async function openSigningKey(path: string): Promise<SigningKey> {
  await makeKey(path);
  const found = await lstat(path);
  if (!found.isFile()) throw refused(path, "is no plain file");
  if (process.getuid && found.uid !== process.getuid()) throw refused(path, "belongs to another user");
  const mode = found.mode & 0o777;
  if ((mode & 0o077) !== 0) throw refused(path, `has the mode ${mode.toString(8).padStart(4, "0")}: chmod 600 it`);
  return keyOf(path, await readFile(path, "utf8"));
}

function keyOf(path: string, pem: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    throw refused(path, "holds no private key in PEM");
  }
  if (privateKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw refused(path, "holds no key over P-256");
  const publicKey = createPublicKey(privateKey);
  return {
    publicPem: String(publicKey.export({ type: "spki", format: "pem" })),
    fingerprint: createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("hex"),
    sign: (bytes) => sign("sha256", bytes, privateKey),
  };
}

/** Makes the file whole or not at all, so that of two processes at once one makes it and the other finds it. */
async function makeKey(path: string): Promise<void> {
  if (await isThere(path)) return;
  await makeFolderSynced(dirname(path));
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const draft = `${path}.${randomUUID()}.draft`; // No other call's, in this process or another.
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(privateKey.export({ type: "pkcs8", format: "pem" }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function refused(path: string, why: string): BenthamError {
  return new BenthamError("CONFIG_INVALID", `the signing key ${path} ${why}`);
}
