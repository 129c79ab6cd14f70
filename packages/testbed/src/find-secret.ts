import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { formsOf } from "./secret-forms.ts";

/** Where a secret stands, and in which form. */
export interface SecretPlace {
  readonly file: string;
  /** What was done to it: `raw`, `base64 at 1`; `name: raw` when it stands in the file's name. */
  readonly form: string;
}

/**
 * The places below a folder where a secret stands, in any form that `formsOf` knows, in the bytes of files, in what they
 * hold once unzipped (gzip), and in names. Links are not followed. A value that a database cuts in two, at the end of a
 * page, is not found: look at what the database gives, too.
 *
 * @throws RangeError for a secret of fewer than 8 characters.
 */
export async function findSecret(folder: string, secret: string): Promise<SecretPlace[]> {
  const forms = [...formsOf(secret)];
  const places: SecretPlace[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    for (const [form, value] of forms) if (entry.name.includes(value)) places.push({ file, form: `name: ${form}` });
    if (!entry.isFile()) continue;
    const bytes = await readFile(file);
    for (const [form, value] of forms) if (bytes.includes(value)) places.push({ file, form });
    const unzipped = await unzip(bytes);
    for (const [form, value] of forms) if (unzipped?.includes(value)) places.push({ file, form: `gzip: ${form}` });
  }
  return places;
}

/** The forms in which a text holds a secret. */
export function secretFormsIn(text: string, secret: string): string[] {
  return [...formsOf(secret)].filter(([, value]) => text.includes(value)).map(([form]) => form);
}

/** What gzip made the bytes of; nothing when it did not. */
async function unzip(bytes: Buffer): Promise<Buffer | undefined> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return undefined;
  try {
    return await promisify(gunzip)(bytes);
  } catch {
    return undefined; // It only looks like gzip, or is cut off: its bytes were searched as they are.
  }
}
