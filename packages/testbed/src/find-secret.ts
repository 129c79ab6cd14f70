import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a secret stands, and in which form. */
export interface SecretPlace {
  readonly file: string;
  readonly form: string;
}

/** The places below a folder, and in texts, where a secret stands in any form. What it looks for is in {@link formsOf}. */
export async function findSecret(folder: string, secret: string): Promise<SecretPlace[]> {
  const forms = formsOf(secret);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places: SecretPlace[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    for (const [form, value] of forms) if (bytes.includes(value)) places.push({ file, form });
  }
  return places;
}

/** The forms in which a text holds a secret. */
export function secretFormsIn(text: string, secret: string): string[] {
  return [...formsOf(secret)].filter(([, value]) => text.includes(value)).map(([form]) => form);
}

/** A secret as it is, URL-encoded, JSON-escaped, in hex, and in base64 wherever in a longer text it starts. */
function formsOf(secret: string): Map<string, string> {
  const bytes = Buffer.from(secret);
  const forms = new Map([
    ["raw", secret],
    ["URL-encoded", encodeURIComponent(secret)],
    ["JSON-escaped", JSON.stringify(secret).slice(1, -1)],
    ["hex", bytes.toString("hex")],
  ]);
  for (const offset of [0, 1, 2]) {
    // Without the characters at both ends, which depend on what stands beside the secret.
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replaceAll("=", "");
    forms.set(`base64 at ${offset}`, text.slice(offset === 0 ? 0 : offset + 1, -2));
  }
  return forms;
}
