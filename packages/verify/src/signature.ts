import { createHash, createPublicKey, hash, type KeyObject, verify } from "node:crypto";

/** A public key that evidence may be signed with. */
export interface PublicKey {
  /** SHA-256 (hex) of its DER. */
  readonly fingerprint: string;
  /** Whether a signature (ECDSA over P-256 with SHA-256, in DER) is this key's over `bytes`. */
  isSignatureOf(bytes: Buffer, signature: Buffer): boolean;
}

/** The last key that was read: thousands of bags have the same one. By its hash, since what was read may be a private key. */
let last: { readonly sha256: string; readonly key: PublicKey | undefined } | undefined;

/** Reads a public key, or the public half of a private one, in PEM. Undefined for what holds none over P-256. */
export function readPublicKey(pem: string): PublicKey | undefined {
  const sha256 = hash("sha256", pem, "hex");
  if (last?.sha256 !== sha256) last = { sha256, key: publicKeyOf(pem) };
  return last.key;
}

function publicKeyOf(pem: string): PublicKey | undefined {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    return undefined;
  }
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") return undefined;
  return {
    fingerprint: createHash("sha256")
      .update(key.export({ type: "spki", format: "der" }))
      .digest("hex"),
    isSignatureOf(bytes, signature) {
      try {
        return verify("sha256", bytes, key, signature);
      } catch {
        return false; // What is no signature at all.
      }
    },
  };
}
