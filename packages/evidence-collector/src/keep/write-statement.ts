import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, type Json } from "@bentham/core";
import { filesOfStatement } from "@bentham/verify";
import { syncFolder } from "../bag/synced-files.ts";
import type { SigningKey } from "../prove/signing-key.ts";

/**
 * Writes a signed statement into a folder, through to the disk: `<name>.json` (canonical JSON), its signature, and the public
 * key. The statement comes last: where it stands, the others do.
 *
 * @throws the error of the file system.
 */
export async function writeStatement(
  folder: string,
  name: string,
  statement: { readonly [member: string]: Json | undefined },
  key: SigningKey,
): Promise<void> {
  const signature = { algorithm: "ecdsa-p256-sha256", keySha256: key.fingerprint };
  const bytes = Buffer.from(canonicalJson({ ...statement, signature }));
  const [statementFile, signatureFile, keyFile] = filesOfStatement(name);
  await replaceFile(join(folder, signatureFile), key.sign(bytes));
  await replaceFile(join(folder, keyFile), Buffer.from(key.publicPem));
  await replaceFile(join(folder, statementFile), bytes);
  await syncFolder(folder);
}

/** Writes a file whole or not at all. */
async function replaceFile(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    const handle = await open(draft, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
