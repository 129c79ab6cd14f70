import { hash } from "node:crypto";

/** SHA-256 in lower-case hex digits. */
export function sha256(bytes: Buffer | string): string {
  return hash("sha256", bytes, "hex");
}
