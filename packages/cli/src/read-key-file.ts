import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { BenthamError } from "@bentham/core";
import { type PublicKey, readPublicKey } from "@bentham/verify";

/** @throws BenthamError USAGE for a file that holds no key over P-256. */
export async function readKeyFile(path: string): Promise<PublicKey> {
  const read = existsSync(path) ? readPublicKey(await readFile(path, "utf8")) : undefined;
  if (!read) throw new BenthamError("USAGE", `${path} holds no key over P-256 in PEM`);
  return read;
}
