import { existsSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { importedKeys as keysOf } from "@bentham/runtime";
import { type PublicKey, readPublicKey, verifyBag } from "@bentham/verify";

/** The keys that the bundles of imported runs were signed with, by the name of the run's folder. */
export async function importedKeys(data: string): Promise<ReadonlyMap<string, PublicKey>> {
  if (!existsSync(join(data, "bentham.db"))) return new Map();
  const keys = new Map<string, PublicKey>();
  for (const [folder, pem] of await keysOf(data)) {
    const key = readPublicKey(pem);
    if (key) keys.set(folder, key);
  }
  return keys;
}

/** The name of the run's folder that a bag of an evidence folder lies in. */
export function runFolderOf(bag: string, evidence: string): string {
  return relative(evidence, bag).split(sep)[0] ?? "";
}

export async function isSignedBy(bag: string, key: PublicKey): Promise<boolean> {
  return (await verifyBag(bag)).signedBy === key.fingerprint;
}
