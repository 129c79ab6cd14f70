import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** SHA-256 (hex) of a small file; undefined when it cannot be read. */
export async function sha256Of(path: string): Promise<string | undefined> {
  try {
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch {
    return undefined; // Whatever is there, it is no manifest that could be read.
  }
}
