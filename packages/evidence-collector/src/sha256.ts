import { hash } from "node:crypto";

/** SHA-256 in lower-case hex digits. */
export function sha256(bytes: Buffer | string): string {
  return hash("sha256", bytes, "hex");
}

const known = new WeakMap<Buffer, string>();

/** The same, of bytes that nobody changes any more: the statement and the manifest both ask for that of each file. */
export function sha256OfFile(bytes: Buffer): string {
  const hex = known.get(bytes) ?? sha256(bytes);
  known.set(bytes, hex);
  return hex;
}
