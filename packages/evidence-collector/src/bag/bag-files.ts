import type { Artefact } from "../artefacts/artefact.ts";
import type { SigningKey } from "../prove/signing-key.ts";
import { sha256, sha256OfFile } from "../sha256.ts";

/** A file of a bag. */
export interface BagFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** A payload file that lies in its place already. */
export interface StoredFile {
  readonly path: string;
  /** SHA-256 (hex) of its bytes. */
  readonly sha256: string;
}

/** A whole bag, not yet anywhere. */
export interface Bag {
  readonly files: readonly BagFile[];
  /** SHA-256 (hex) of the file that covers, by the others, every file of the bag. */
  readonly sha256: string;
}

/**
 * Lays out a bag (BagIt 1.0, RFC 8493) around its payload. Both manifests have the form of `sha256sum`, so that
 * `sha256sum -c manifest-sha256.txt` checks the payload and `sha256sum -c tagmanifest-sha256.txt` the rest.
 *
 * Signed, the bag holds the public key and a signature of the file that covers all others, which no manifest can name.
 *
 * @param bagInfo The text of `bag-info.txt`.
 * @param stored Payload beside `payload`.
 */
export function bagOf(
  payload: readonly Artefact[],
  bagInfo: string,
  key?: SigningKey,
  stored: readonly StoredFile[] = [],
): Bag {
  const tags = [
    file("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    file("bag-info.txt", bagInfo),
    file("manifest-sha256.txt", manifestOf(payload, stored)),
    ...(key ? [file("key.pem", key.publicPem)] : []),
  ];
  const tagManifest = file("tagmanifest-sha256.txt", manifestOf(tags));
  const signature = key && { path: `${tagManifest.path}.sig`, bytes: key.sign(tagManifest.bytes) };
  return {
    files: [...payload, ...tags, tagManifest, ...(signature ? [signature] : [])],
    sha256: sha256(tagManifest.bytes),
  };
}

function manifestOf(files: readonly BagFile[], stored: readonly StoredFile[] = []): string {
  return [...files.map(({ path, bytes }) => ({ path, sha256: sha256OfFile(bytes) })), ...stored]
    .map((listed) => `${listed.sha256}  ${listed.path}\n`)
    .sort()
    .join("");
}

function file(path: string, text: string): BagFile {
  return { path, bytes: Buffer.from(text) };
}
