/** A file that a manifest names, and the SHA-256 it must have, in hex. */
export interface ManifestEntry {
  readonly hash: string;
  readonly file: string;
}

/** A manifest's entries, or the first line of it that is none. */
export type ParsedManifest = { readonly entries: readonly ManifestEntry[] } | { readonly badLine: number };

/**
 * Reads a manifest of BagIt (RFC 8493, section 2.1.3): a hash, white space, a path, on each line. Paths that lead out of
 * the bag are refused, and so is one that stands twice: which of the two hashes would count?
 */
export function parseManifest(text: string): ParsedManifest {
  const entries: ManifestEntry[] = [];
  const seen = new Set<string>();
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const [, hash = "", path = ""] = /^([0-9a-fA-F]{64})\s+\*?(.+)$/.exec(line) ?? [];
    const file = decodePath(path);
    if (hash === "" || !staysInside(file) || seen.has(file)) return { badLine: index + 1 };
    seen.add(file);
    entries.push({ hash: hash.toLowerCase(), file });
  }
  return { entries };
}

/** Line ends and percent signs of a path are percent-encoded in a manifest. */
function decodePath(path: string): string {
  return path
    .replaceAll(/%0[Dd]/g, "\r")
    .replaceAll(/%0[Aa]/g, "\n")
    .replaceAll("%25", "%");
}

/** Whether a relative path with forward slashes stays below where it starts. */
export function staysInside(file: string): boolean {
  return !file.includes("\\") && file.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
