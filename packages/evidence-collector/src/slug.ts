import { createHash } from "node:crypto";

/** Names that Windows keeps for devices, whatever ending they have. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** What is its own slug: safe and distinct on every file system, whether or not it tells case. */
const PLAIN = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/**
 * A folder's name for `id`, which may be any text. Plain ids (up to 64 of a-z, 0-9 and inner hyphens) are their own name.
 * Any other gets what is readable of it, an underscore, and 128 bits of its SHA-256: no two ids share a name, and none
 * leaves its folder.
 */
export function slug(id: string): string {
  if (PLAIN.test(id) && !RESERVED.test(id)) return id;
  const readable = id
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-|-$/g, "");
  // UTF-16, as UTF-8 writes every lone surrogate alike.
  const hash = createHash("sha256").update(Buffer.from(id, "utf16le")).digest("hex");
  return `${readable || "id"}_${hash.slice(0, 32)}`;
}
